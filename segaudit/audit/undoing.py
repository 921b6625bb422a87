"""The verb that takes merges back."""

from pathlib import Path

from segaudit.audit.opening import InputChoices, engine_chosen, open_input, today
from segaudit.identity.survive.data import SurvivalData
from segaudit.identity.survive.golden import GOLDEN_EXTRA
from segaudit.identity.survive.undo import Undone
from segaudit.identity.survive.undo import undo as take_back
from segaudit.model.survival import UndoResult
from segaudit.rulebook.survivorship import load_survivorship


def undo(  # noqa: PLR0913 - each is a choice of its own
    golden: str,
    undo_file: str,
    output: str,
    choices: InputChoices | None = None,
    *,
    entities: tuple[str, ...] = (),
    records: tuple[str, ...] = (),
    force: bool = False,
) -> UndoResult:
    """Take merges back: all of them, those of some entities, or some records out of theirs.

    Args:
        golden: The golden records ``dedupe --golden`` wrote.
        undo_file: The file ``--undo`` of the same run.
        output: File to write: the table as it was, or golden records again.
        choices: How the golden file is read, where what is left of an entity is merged anew.
        entities: Entities whose records stand for themselves again.
        records: Keys of records that leave their entity.
        force: Replace the output.

    Raises:
        SegauditError: The files do not belong together, or something named is not in them.
    """
    choices = choices or InputChoices()
    with engine_chosen(choices) as engine:
        data = None
        if records:
            opened = open_input(golden, choices, engine, ordered=True)
            own = len(opened.source.headers) - len(GOLDEN_EXTRA)
            data = SurvivalData(
                source=opened.source,
                fields=opened.fields,
                readings=opened.readings[:own],
                placeholders=opened.placeholders,
                catalogue=opened.catalogue,
                rules=load_survivorship(opened.location, opened.catalogue),
                as_of=today(),
            )
        what = Undone(entities=entities, records=records)
        return take_back(Path(golden), Path(undo_file), Path(output), engine, what=what, data=data, force=force)
