"""Reads the prompt format of docs/architecture.md, "The prompt": numbered sources and a question."""

import html
import re
from dataclasses import dataclass

_SOURCES = re.compile(r"<sources>(.*?)</sources>", re.DOTALL)
_SOURCE = re.compile(r"<source\b([^>]*)>\n?(.*?)\n?</source>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')
_QUESTION = re.compile(r"<question>\s*(.*?)\s*</question>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """One passage. ``number`` is what stands between the brackets of a citation."""

    number: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """What is asked, and what it may be answered from."""

    question: str
    sources: tuple[Source, ...]


def read_prompt(text: str) -> ReadPrompt:
    """Return question and sources. A text without the tags is a question without sources."""
    found = _SOURCES.search(text)
    asked = _QUESTION.search(text, found.end() if found else 0)
    question = html.unescape(asked.group(1)) if asked else text.strip()
    return ReadPrompt(question, _sources(found.group(1)) if found else ())


def _sources(block: str) -> tuple[Source, ...]:
    sources = []
    for match in _SOURCE.finditer(block):
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match.group(1))}
        if attributes.get("id"):
            text = html.unescape(match.group(2))
            sources.append(Source(attributes["id"], text, attributes.get("language", "")[:2].lower()))
    return tuple(sources)
