"""What the page does when it is used: sorting, filtering, pointing, going from section to section."""

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Open


def column(page: Page, table: str, place: int) -> list[str]:
    """Return the cells of a table's column as they stand."""
    texts: list[str] = page.locator(f"{table} tbody tr > :nth-child({place})").all_inner_texts()
    return texts


def visible(findings: Locator) -> list[str]:
    """Return the ids of the findings that are shown."""
    return [str(item.get_attribute("id")) for item in findings.all() if item.is_visible()]


def test_sorting_by_number(opened: Open) -> None:
    """A column of numbers is sorted by what they say, most first, then least first, then as it was."""
    page = opened().page
    header = page.locator("#field-grid th", has_text="Filled")
    button = header.get_by_role("button")
    before = column(page, "#field-grid", 3)
    button.click()
    assert header.get_attribute("aria-sort") == "descending"
    assert column(page, "#field-grid", 3) == ["98%", "91%", "74%", "66%", "41%", "38%", "22%", "9%"]
    button.click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert column(page, "#field-grid", 3) == ["9%", "22%", "38%", "41%", "66%", "74%", "91%", "98%"]
    button.click()
    assert header.get_attribute("aria-sort") is None
    assert column(page, "#field-grid", 3) == before


def test_sorting_with_the_keyboard(opened: Open) -> None:
    """A header is reached with the Tab key and sorts by Enter; another column's order is given up."""
    page = opened().page
    first, second = page.locator("#field-grid th button").all()[:2]
    first.focus()
    page.keyboard.press("Enter")
    assert column(page, "#field-grid", 1)[:2] == ["Company", "Country"]
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert second.evaluate("button => button === document.activeElement")
    assert page.locator("#field-grid th[aria-sort]").all_inner_texts() == ["Type"]


def test_filtering(opened: Open) -> None:
    """Severity, kind, table and words narrow the findings together, and the number shown is said."""
    page = opened().page
    box = page.locator("#findings .findings")
    findings = box.locator(".finding")
    assert len(visible(findings)) == 12
    box.get_by_role("button", name="Error").click()
    # The first is an error; of the others, places 0 to 3 are.
    assert visible(findings) == ["finding-consent", "finding-0", "finding-1", "finding-2", "finding-3"]
    box.get_by_label("Table").select_option("contacts.csv")
    assert visible(findings) == ["finding-consent", "finding-0", "finding-2"]
    box.get_by_label("Kind").select_option("Validity")
    assert visible(findings) == ["finding-0"]
    assert box.locator("output").inner_text() == "1 of 12 shown"
    box.get_by_role("button", name="Show all").click()
    box.get_by_role("searchbox").fill("breaks the LAW")
    assert visible(findings) == ["finding-consent"]
    box.get_by_role("searchbox").fill("no such words")
    assert visible(findings) == []
    assert box.locator(".none-match").is_visible()


def test_link_to_a_hidden_finding(opened: Open) -> None:
    """A link to a finding that is filtered away shows it, with its evidence open."""
    page = opened().page
    page.locator("#findings .findings").get_by_role("searchbox").fill("no such words")
    page.get_by_role("link", name="who have unsubscribed").click()
    assert page.locator("#finding-consent").is_visible()
    assert page.get_by_text("Mailing them breaks the law").is_visible()


def test_open_all(opened: Open) -> None:
    """One button opens the evidence of every finding, and closes it again."""
    page = opened().page
    box = page.locator("#findings .findings")
    box.get_by_role("button", name="Open all").click()
    assert box.locator("details[open]").count() == 12
    box.get_by_role("button", name="Close all").click()
    assert box.locator("details[open]").count() == 0


def test_pointing_at_a_mark(opened: Open) -> None:
    """A mark that is pointed at says its name and its number; Escape sends the words away."""
    page = opened().page
    bar = page.locator("#coverage .rows rect.c0").first
    bar.scroll_into_view_if_needed()
    bar.hover()
    assert page.locator("#tip").inner_text() == "Email: 98%"
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()


def test_marks_with_the_keyboard(opened: Open) -> None:
    """A chart takes one stop of the Tab key; the arrows go from mark to mark within it."""
    page = opened().page
    plot = page.locator("#drift .plot")
    plot.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tip").inner_text() == "Enterprise → Enterprise: 290"
    page.keyboard.press("ArrowRight")
    assert page.locator("#tip").inner_text() == "Enterprise → Mid-market: 20"
    page.keyboard.press("Tab")
    assert not page.locator("#tip").is_visible()


def test_contents_mark_where_one_is(opened: Open) -> None:
    """Of the contents the section that is being read is marked, and only that."""
    page = opened().page
    current = page.locator("nav.aside a[aria-current]")
    assert current.all_inner_texts() == ["Summary"]
    page.locator("nav.aside a", has_text="Duplicates").click()
    page.wait_for_function("document.querySelector('nav.aside a[aria-current]').hash === '#duplicates'")
    assert current.count() == 1


def test_skip_link(opened: Open) -> None:
    """The first stop of the Tab key leads past the contents."""
    page = opened().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
