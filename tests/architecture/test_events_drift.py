"""docs/events.md says what `contracts/events.py` and `infra/services` say."""

from tests.architecture import generate_events


def test_the_catalogue_is_current():
    assert generate_events.TARGET.read_text() == generate_events.render(), "run `make generate`"


def test_every_fact_is_in_the_catalogue_with_its_fields():
    text = generate_events.render()
    for shape, name, version in generate_events.names():
        section = text.split(f"## `{name}`, version {version}\n")[1].split("\n## ")[0]
        for field in shape.__struct_fields__:
            assert f'"{field}": ' in section
