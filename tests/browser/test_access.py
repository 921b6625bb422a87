"""What axe-core finds: rules of WCAG that can be checked by a program."""

from pathlib import Path

import pytest

from tests.browser.conftest import Open

AXE = Path(__file__).parents[2] / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run();
  const bad = found.violations.filter((rule) => ['serious', 'critical'].includes(rule.impact));
  return [
    bad.map((rule) => `${rule.id}, ${rule.nodes.length} times: ${rule.nodes[0].html} ${rule.nodes[0].failureSummary}`),
    found.passes.map((rule) => rule.id),
  ];
}"""


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("rich", "light", 1280),
        ("rich", "dark", 1280),
        ("rich", "light", 390),
        ("rich", "dark", 390),
        ("german", "light", 1280),
    ],
)
def test_no_serious_violation(opened: Open, name: str, scheme: str, width: int) -> None:
    """With everything open, axe-core finds no serious or critical violation; it has looked at contrast and names."""
    page = opened(name, width=width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    # Handed over by the debugger, which the page's policy does not bind.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations, passed = page.evaluate(RUN)
    assert violations == []
    assert {"color-contrast", "button-name", "svg-img-alt", "html-has-lang"} <= set(passed)
