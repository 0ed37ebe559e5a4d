"""docs/architecture.md names what there is: tables, contexts, stacks."""

import re
from pathlib import Path

from tests.architecture.import_rules import contexts
from tests.infra.synthesis import Synthesis

TEXT = (Path(__file__).parents[2] / "docs/architecture.md").read_text()


def first_column(heading: str) -> set[str]:
    """Return the first cells of the table below a heading."""
    section = TEXT.split(heading, 1)[1].split("\n### ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return {name.strip().strip("`") for row in rows for name in row.split("|")[1].split(",")}


def test_every_table_has_a_row_with_its_keys(local: Synthesis):
    deployed = {
        re.sub(r"Table\w{8}$", "", table.logical_id).lower()
        for table in local.resources("AWS::DynamoDB::Table")
    }
    assert first_column("### Tables") == deployed


def test_every_context_is_named(local: Synthesis):
    (sentence,) = [line for line in TEXT.splitlines() if line.startswith("Contexts: `")]
    today = sentence.split("`")[1].split()
    assert sorted(today) == contexts()
