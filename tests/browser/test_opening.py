"""A page opened from disk: whole, silent, and only text whatever its cells say."""

from pathlib import Path

import pytest

from segaudit.report.page_html import MOST_BYTES
from tests.browser.conftest import Open
from tests.browser.pages import rich_page

READY = "(([visit]) => visit.loadEventEnd - visit.startTime)(performance.getEntriesByType('navigation'))"
# Text in a picture that was scaled down is smaller on the screen than the style sheet says.
SMALLEST = """Math.min(...[...document.querySelectorAll('svg text')].map(
  (text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d))"""


@pytest.mark.parametrize("name", ["rich", "german"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_section_is_there(opened: Open, name: str, scheme: str) -> None:
    """With the network off, every section is shown under its title, and the contents lead to each."""
    page = opened(name, scheme=scheme).page
    anchors = [str(getattr(block, "anchor", "")) for block in rich_page().blocks]
    assert [page.locator(f"section#{anchor} > h2").is_visible() for anchor in anchors] == [True] * len(anchors)
    links = page.locator("nav.aside a").evaluate_all("links => links.map(link => link.hash.slice(1))")
    assert links == anchors


def test_hostile_cells_are_text(opened: Open) -> None:
    """Nothing that a cell says is run or becomes an element; it stands there to be read."""
    page = opened().page
    assert page.evaluate("window.broken") is None
    assert page.locator("script").count() == 1
    assert page.locator("main img, main iframe, main object, main b, main textarea").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    texts = page.locator("#hostile td").all_inner_texts()
    assert "</script><script>window.broken = 2</script>" in texts
    assert '"><img src=x onerror="window.broken = 3">' in texts
    assert max(map(len, texts)) <= 4000


def test_text_does_not_turn_round(opened: Open) -> None:
    """Marks that turn the direction of writing, and control characters, are shown as signs."""
    text = opened().page.locator("body").text_content() or ""
    assert not set(text) & set("\u202e\u2066\u2069\x1b\x07\x00")
    assert "\ufffdgnp.exe" in text


def test_whole_without_script(opened: Open) -> None:
    """Without JavaScript every section, finding and table is there; controls that would do nothing are not."""
    page = opened(script=False).page
    assert page.locator("section.level2").count() == len(rich_page().blocks)
    assert page.locator("article.finding").first.is_visible()
    assert not page.locator(".filter").first.is_visible()
    assert page.locator("th button").count() == 0
    page.locator("#finding-consent summary").click()
    assert page.get_by_text("Mailing them breaks the law").is_visible()


@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(opened: Open, width: int) -> None:
    """The page itself never scrolls sideways, on a phone or a large screen, its folds open."""
    page = opened(width=width).page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_chart_text_keeps_its_size(opened: Open, width: int) -> None:
    """No text in a chart is drawn smaller than 11 pixels."""
    page = opened(width=width).page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate(SMALLEST) >= 11


def test_summary_fits_a_screen(opened: Open) -> None:
    """Title and summary are on the first screen of a laptop."""
    box = opened().page.locator("#summary").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900


def test_giant_page_opens_at_once(opened: Open, files: dict[str, Path]) -> None:
    """Of lists that never end the page shows a part, says how much is left out, and opens in a moment."""
    page = opened("giant").page
    assert files["giant"].stat().st_size <= MOST_BYTES
    assert page.locator("p.more").first.inner_text().startswith("and 4")
    page.wait_for_load_state("load")
    assert page.evaluate(READY) < 2000
