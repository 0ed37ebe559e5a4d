"""axe-core in the page under test."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
_RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return violations;
}"""


def violations(page: Page) -> list[str]:
    """Return the serious and critical faults of the page, one line each."""
    # Evaluated, not added as a script element: the page's content security policy stays as it is.
    page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
