"""The API's reference page names every route and needs nothing but itself."""

import json
from html.parser import HTMLParser
from pathlib import Path

from infra.api_reference import reference_page

DESCRIPTION = Path(__file__).parents[2] / "docs/openapi.json"


class Page(HTMLParser):
    """Collects tags, anchors and the text of headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_route_and_every_schema_is_there():
    document = json.loads(DESCRIPTION.read_text())
    page = Page(reference_page(DESCRIPTION))

    for path, operations in document["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page.words
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(page.ids)


def test_links_lead_somewhere_on_the_page_and_nothing_is_loaded_or_run():
    page = Page(reference_page(DESCRIPTION))

    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {"openapi.json"}
    assert len(page.ids) == len(set(page.ids))
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert not {name for name in page.attributes if name.startswith("on") or name in {"src", "style"}}


def test_texts_of_the_description_are_never_markup(tmp_path: Path):
    file = tmp_path / "openapi.json"
    schema = {"type": "object", "description": "<script>alert(1)</script>", "properties": {"<b>": {}}}
    document = {
        "info": {"title": "A & B", "version": "1"},
        "paths": {},
        "components": {"schemas": {"X": schema}},
    }
    file.write_text(json.dumps(document))

    text = reference_page(file)

    assert "<script" not in text
    assert "&lt;b&gt;" in text
    assert "A &amp; B API" in text
