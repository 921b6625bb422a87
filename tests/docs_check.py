"""Keep the written word true: docs/cli.md from --help, links that resolve, no traces of one machine.

Run by `make docs`, which writes docs/cli.md, and by `make docs CHECK=1`, which only compares.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from segaudit.cli.main import cli as segaudit_command

TOP = Path(__file__).resolve().parents[1]
CLI_PAGE = TOP / "docs" / "cli.md"
WIDTH = 100

# Joined here, so that this file does not contain what it looks for.
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs")))
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|root|tmp|work|Users)/\S*")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
# Made-up data and vendored lists may hold any text; the rest of the tree is ours.
DATA_SUFFIXES = {".csv", ".tsv", ".lock"}


def walk_commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield each visible command's path and help, the group before its commands."""
    yield context.command_path, click.unstyle(command.get_help(context)).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from walk_commands(child, open_context(child, name, context))


def open_context(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    """Make the context a command is described in: its own settings, and the page's width on whatever terminal."""
    widths = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=name, parent=parent, **{**command.context_settings, **widths})


def render_cli_page() -> str:
    """Return docs/cli.md as --help says it now."""
    origin = "Written by `make docs` from each command's `--help`; edit the help, not this page."
    parts = ["# Command line reference", origin]
    for path, text in walk_commands(segaudit_command, open_context(segaudit_command, "segaudit")):
        body = "\n".join(line.rstrip() for line in text.splitlines())
        parts.append(f"## {path}\n\n```text\n{body}\n```")
    return "\n\n".join(parts) + "\n"


def list_files() -> list[Path]:
    """List what belongs to the project: tracked or new, never what .gitignore names."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=TOP, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):  # a source archive has no git
        skipped = {".venv", "build", "dist"}
        found = (path for path in TOP.rglob("*") if path.is_file())
        return sorted(path for path in found if not skipped.intersection(path.relative_to(TOP).parts))
    return sorted(TOP / name for name in listing.split("\0") if name and (TOP / name).is_file())


def make_anchors(page: str) -> set[str]:
    """Name the headings of a page as a repository's viewer does."""
    headings = HEADING.findall(FENCE.sub("", page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def find_broken_links(path: Path) -> Iterator[str]:
    """Say which relative links of a Markdown page lead nowhere."""
    page = path.read_text(encoding="utf-8")
    prose = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), page)
    for link in LINK.finditer(prose):
        target, _, anchor = link[1].partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        there = (path.parent / target).resolve() if target else path
        line = prose.count("\n", 0, link.start()) + 1
        if not there.exists():
            yield f"{path.relative_to(TOP)}:{line}: the link to {link[1]} leads nowhere"
        elif anchor and there.suffix == ".md" and anchor not in make_anchors(there.read_text(encoding="utf-8")):
            yield f"{path.relative_to(TOP)}:{line}: {target or 'this page'} has no heading #{anchor}"


def find_traces(path: Path) -> Iterator[str]:
    """Say where a text file names a place on one machine or a package registry."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(lines, start=1):
        for machine_path in MACHINE_PATH.findall(line):
            yield f"{path.relative_to(TOP)}:{number}: {machine_path} is a path of one machine"
        for host in REGISTRIES:
            if host in line.lower():
                yield f"{path.relative_to(TOP)}:{number}: names a package registry"


def main(*, write: bool) -> int:
    """Write or compare docs/cli.md, check the rest, and return the exit code."""
    page = render_cli_page()
    problems: list[str] = []
    if write:
        CLI_PAGE.parent.mkdir(exist_ok=True)
        CLI_PAGE.write_text(page, encoding="utf-8")
    elif not CLI_PAGE.exists() or CLI_PAGE.read_text(encoding="utf-8") != page:
        problems.append("docs/cli.md: not what --help says now; `make docs` writes it anew")
    for path in list_files():
        if path.suffix == ".md":
            problems.extend(find_broken_links(path))
        if path.suffix not in DATA_SUFFIXES:
            problems.extend(find_traces(path))
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv[1:]))
