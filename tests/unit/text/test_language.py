import json
import unicodedata
from pathlib import Path

import pytest

from autosocial.text.language import detect_language

_DATA = Path(__file__).parents[2] / "data" / "retrieval"


def _questions() -> list[tuple[str, str]]:
    found = []
    for path in sorted(_DATA.glob("*.json")):
        content = json.loads(path.read_text())
        groups = content.get("passages") or [content["off_topic"], *content["near"]]
        found += [(text, tongue) for group in groups for tongue in ("en", "es") for text in group[tongue]]
    return found


def _typed_in_a_hurry(question: str) -> str:
    bare = unicodedata.normalize("NFD", question.lower())
    return "".join(char for char in bare if not unicodedata.combining(char) and char not in "¿?¡!")


def test_short_questions_are_told_apart() -> None:
    questions = _questions()
    wrong = [text for text, language in questions if detect_language(text) != language]
    assert len(questions) > 280
    assert len(wrong) <= 2, wrong


def test_short_questions_without_accents_and_marks_are_told_apart() -> None:
    wrong = [text for text, language in _questions() if detect_language(_typed_in_a_hurry(text)) != language]
    assert len(wrong) <= 5, wrong


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola", "es"),
        ("Hello", "en"),
        ("Quanto custa uma aula avulsa?", "pt"),
        ("Où se trouve le studio ?", "fr"),
        ("Wie kann ich kündigen?", "de"),
        ("Come posso disdire la mia iscrizione?", "it"),
        ("WHAT ARE YOUR PRICES", "en"),
        ("", ""),
        ("12:30 – 14:00 …", ""),
        ("🧘🧘", ""),
    ],
)
def test_the_language_is_named(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert detect_language("La academia está cerrada en agosto. " * 20_000) == "es"
