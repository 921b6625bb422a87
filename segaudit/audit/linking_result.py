"""What a run of linking comes to: the result."""

import numpy as np

from segaudit.audit.linking_files import LinkedFiles
from segaudit.identity.explaining import field_weights
from segaudit.identity.linking_fates import Fate
from segaudit.model.linking import LinkExample, LinkResult
from segaudit.model.source import Source

_EXAMPLES = 10


def summarise_links(files: LinkedFiles, right: Source) -> LinkResult:
    """Return the result of a run, without what only its caller knows."""
    links, scored = files.links, files.links.scored
    fates = np.bincount(links.fate, minlength=len(Fate))
    each = np.bincount(links.left[links.linked], minlength=files.across.left)
    chosen = np.bincount(links.right[links.linked & links.best], minlength=1)
    return LinkResult(
        left=files.left,
        right=right,
        level="contact",
        columns=(),
        linked=int(fates[Fate.LINKED]),
        ambiguous=int(fates[Fate.AMBIGUOUS]),
        pairs=int(links.linked.sum()),
        right_linked=len(np.unique(links.right[links.linked])),
        sharing=int(chosen[chosen > 1].sum()),
        several=int((each > 1).sum()),
        precision=links.precision,
        recall=links.recall,
        pairs_compared=0 if scored is None else len(scored.blocking.pairs),
        complete=scored is None or scored.blocking.complete,
        keys=() if scored is None else scored.blocking.keys,
        blocking_recall=1.0 if scored is None else scored.blocking.recall,
        left_out=0 if scored is None else scored.left_out,
        weights=()
        if scored is None
        else field_weights([e.comparison for e in files.gathered.evidence], scored.mixture),
        by_id=len(files.said),
        doubtful=links.doubtful,
        of_base=0,
        examples=_examples(files, Fate.LINKED),
        unclear=_examples(files, Fate.AMBIGUOUS),
    )


def _examples(files: LinkedFiles, fate: Fate) -> tuple[LinkExample, ...]:
    """Return left rows of one fate, the least sure first."""
    links = files.links
    left_rows, right_rows = files.left_rows(), files.right_rows()
    some = np.flatnonzero(links.best & (links.fate[links.left] == fate))
    order = np.lexsort((left_rows[some], np.round(links.probability[some], 6)))[:_EXAMPLES]
    found = []
    for place in some[order].tolist():
        mine = links.left == links.left[place]
        partners = right_rows[mine & (links.linked if fate is Fate.LINKED else ~links.linked)]
        found.append(
            LinkExample(
                left_row=int(left_rows[place]),
                right_rows=tuple(sorted(partners.tolist())),
                probability=float(links.probability[place]),
            )
        )
    return tuple(found)
