"""The page on paper: nothing folded, nothing cut, heads repeated."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import Open

MARGIN = 28  # points: less than the narrowest margin of a page
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">')


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def printed(request: pytest.FixtureRequest, opened: Open, tmp_path: Path) -> Path:
    """Return the rich page as PDF, printed with and without JavaScript."""
    path = tmp_path / "page.pdf"
    opened(script=bool(request.param)).page.pdf(path=path, prefer_css_page_size=True)
    return path


def pages_of(path: Path) -> list[str]:
    """Return the text of each sheet, one space between words."""
    ran = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)  # noqa: S607
    return [" ".join(page.split()) for page in ran.stdout.split("\f")[:-1]]


def test_rows_are_whole_and_heads_repeat(printed: Path) -> None:
    """Each row of a long table stands on one sheet, under the table's head."""
    sheets = pages_of(printed)
    with_rows = [sheet for sheet in sheets if "Reading of day" in sheet]
    assert len(with_rows) > 2
    assert all("Day What was read Rows" in sheet for sheet in with_rows)
    for day in range(1, 32):
        row = f"Reading of day {day}: " + "what was counted, and from which rows. " * (day % 4 + 1)
        ends = rf"2026-03-{day:02} {re.escape(row)}"
        # The number at the end of the row is on its first line.
        ends = ends.replace(r"\ ", rf"\ (?:{day * 37:,}\ )?")
        assert sum(len(re.findall(ends, f"{sheet} ")) for sheet in sheets) == 3, day


def test_nothing_is_folded(printed: Path) -> None:
    """Folds and the evidence of findings are open on paper; controls and the numbers behind charts are not there."""
    text = " ".join(pages_of(printed))
    assert "cell 5.13" in text
    assert "Mailing them breaks the law" in text
    assert "Show all" not in text
    assert "The numbers behind" not in text


def test_nothing_leaves_the_sheet(printed: Path) -> None:
    """Every word lies within the margins of its sheet."""
    ran = subprocess.run(["pdftotext", "-bbox", printed, "-"], check=True, capture_output=True, text=True)  # noqa: S607
    sheets = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', ran.stdout, re.DOTALL)
    assert len(sheets) > 10
    for width, height, words in sheets:
        boxes = [tuple(map(float, box)) for box in WORD.findall(words)]
        assert min(box[0] for box in boxes) >= MARGIN
        assert max(box[2] for box in boxes) <= float(width) - MARGIN
        assert max(box[3] for box in boxes) <= float(height) - MARGIN / 2


def test_sections_begin_sheets(printed: Path) -> None:
    """The summary is on the first sheet by itself, and each later section begins a sheet."""
    sheets = pages_of(printed)
    assert sheets[0].startswith("Northlight Consulting CRM audit for Aldermoor Instruments")
    assert "Three decisions to take" in sheets[0]
    starts = [
        sheet for sheet in sheets if sheet.startswith(("Scorecard", "Findings", "Duplicates", "Segments", "Method"))
    ]
    assert len(starts) == 5
    assert sheets[0].endswith(f"1 / {len(sheets)}")
