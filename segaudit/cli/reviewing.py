"""The questions of ``--review``: one pair after the other, one key for each answer."""

import getpass
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import click
from rich.console import Console
from rich.text import Text

from segaudit.identity.decision_file import DecisionFile, verdict_of
from segaudit.model.review import Decision, ReviewOutcome, ReviewPair, Verdict
from segaudit.report.review import LEGEND, outcome_in_words, pair_view, progress_in_words

_UNDO, _QUIT = "undo", "quit"
_KEYS = {"u": _UNDO, _UNDO: _UNDO, "q": _QUIT, _QUIT: _QUIT}  # all others are verdicts
_CHOICES = "y same   n different   ? unsure   u undo last   q quit"
_PIPE_WIDTH = 80
_INTERRUPTED = 130  # as shells have it for Ctrl-C


def review_pairs(
    pairs: Iterable[ReviewPair],
    total: int,
    file: DecisionFile,
    decided_on: date,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> ReviewOutcome:
    """Ask a person about pairs until all are answered or they have had enough; each answer is kept at once.

    What is decided already, or follows from answers, is not asked. Everything is said on standard error, so that the
    result alone is on standard output. Where standard input is no terminal, each line of it is an answer.

    Args:
        pairs: What to ask about, in order.
        total: How many there are.
        file: Where the answers go.
        decided_on: The day.
        clock: Seconds, to tell how long it will take.

    Raises:
        Exit: Ctrl-C was pressed; what was answered is kept.
        OutputError: An answer could not be kept.
    """
    console = _console()
    session = _Session(file=file, total=total, pairs=iter(pairs), console=console, clock=clock, on=decided_on)
    console.print(Text(LEGEND, style="dim"))
    try:
        session.run()
    except KeyboardInterrupt:
        console.print(Text(f"\nStopped. {outcome_in_words(session.outcome(), str(file.path))}"), soft_wrap=True)
        raise click.exceptions.Exit(_INTERRUPTED) from None
    console.print(Text(f"\n{outcome_in_words(session.outcome(), str(file.path))}"), soft_wrap=True)
    return session.outcome()


def _console() -> Console:
    """Return standard error; NO_COLOR takes away bold and dim as well."""
    return Console(
        file=sys.stderr,
        highlight=False,
        width=None if sys.stderr.isatty() else _PIPE_WIDTH,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )


@dataclass(slots=True, kw_only=True)
class _Answer:
    """An answer that can be taken back."""

    pair: ReviewPair
    verdict: Verdict
    passed: list[ReviewPair] = field(default_factory=list)  # needed no answer from here to the next


@dataclass(slots=True, kw_only=True)
class _Session:
    """One sitting."""

    file: DecisionFile
    total: int
    pairs: Iterator[ReviewPair]
    console: Console
    clock: Callable[[], float]
    on: date
    answers: list[_Answer] = field(default_factory=list)
    known: int = 0  # pairs that needed no answer
    again: list[ReviewPair] = field(default_factory=list)  # to ask once more; the next one stands last
    seconds: list[float] = field(default_factory=list)  # each answer took

    def run(self) -> None:
        """Ask until there is nothing left, or no wish to go on."""
        while (pair := self._next()) is not None:
            answer = self._ask(pair)
            if answer == _QUIT:
                return
            if isinstance(answer, Verdict):
                self._keep(pair, answer)
            else:
                self._undo(pair)

    def outcome(self) -> ReviewOutcome:
        """Return what has come of it so far."""
        counts = Counter(answer.verdict for answer in self.answers)
        return ReviewOutcome(
            same=counts[Verdict.SAME],
            different=counts[Verdict.DIFFERENT],
            unsure=counts[Verdict.UNSURE],
            known=self.known,
            left=max(0, self.total - len(self.answers) - self.known),
        )

    def _next(self) -> ReviewPair | None:
        """Return the next pair nobody has decided about."""
        while (pair := self.again.pop() if self.again else next(self.pairs, None)) is not None:
            if self.file.decisions.known(pair.left_key, pair.right_key) is None:
                return pair
            self.known += 1
            if self.answers:
                self.answers[-1].passed.append(pair)
        return None

    def _ask(self, pair: ReviewPair) -> str | Verdict:
        """Show a pair, and return what is said to it."""
        done = len(self.answers) + self.known
        self.console.print()
        self.console.rule(Text(progress_in_words(done, self.total, self.seconds)), align="left", characters="-")
        self.console.print(pair_view(pair, self.console.width))
        started = self.clock()
        while True:
            self.console.print(Text(f"{_CHOICES}: "), end="")
            said = _read_answer()
            answer = _KEYS.get(said) or verdict_of(said)
            self.console.print(Text(answer or "that is none of them"))
            if answer and answer is not Verdict.OPEN:
                self.seconds.append(self.clock() - started)
                return answer

    def _keep(self, pair: ReviewPair, verdict: Verdict) -> None:
        self.file.add([self._decision(pair, verdict)])
        self.answers.append(_Answer(pair=pair, verdict=verdict))

    def _undo(self, pair: ReviewPair) -> None:
        """Take back the last answer, and ask about its pair again."""
        self.again.append(pair)
        if not self.answers:
            self.console.print(Text("There is no answer to take back."))
            return
        last = self.answers.pop()
        self.file.add([self._decision(last.pair, Verdict.OPEN)])
        self.known -= len(last.passed)
        self.again += [*reversed(last.passed), last.pair]

    def _decision(self, pair: ReviewPair, verdict: Verdict) -> Decision:
        return Decision(
            left=pair.left_key,
            right=pair.right_key,
            verdict=verdict,
            probability=pair.probability,
            decided_on=self.on.isoformat(),
            decided_by=_user(),
        )


def _read_answer() -> str:
    """Return the next key, or the next line where nobody sits at a keyboard; the end of the input is the wish to stop.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    try:
        said = click.getchar() if sys.stdin.isatty() else sys.stdin.readline() or _QUIT
    except EOFError:
        return _QUIT
    return said.strip().casefold()


def _user() -> str:
    """Return who answers; nothing if the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, as in some containers
        return ""
