"""What axe-core finds: rules of WCAG that can be checked by a program."""

from pathlib import Path

import pytest

from tests.browser.conftest import Open

AXE = Path(__file__).parents[2] / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run()).violations
  .filter((found) => ['serious', 'critical'].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.length} times, ${found.nodes[0].html}, ${found.nodes[0].failureSummary}`)"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["rich", "german"])
def test_no_serious_violation(opened: Open, name: str, scheme: str, width: int) -> None:
    """With everything open, axe-core finds no serious or critical violation."""
    page = opened(name, width=width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    # Handed over by the debugger, which the page's policy does not bind.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN) == []
