"""Citations that hold: a marker stays only where its passage supports the sentence it stands in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autosocial.contracts.outbound import Citation
from autosocial.contracts.passages import Passage
from autosocial.text.language import Language, detect_language
from autosocial.text.phrases import phrase
from autosocial.text.words import content_words, words

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”»)]*(?:\s*\[\d{1,3}\])*(?=\s|\Z)|\n+")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS = re.compile(r"([ \t]*)((?:\[\d{1,3}\])+)")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_STEM_CHARS = 5
_SUPPORT = 0.4
_MAX_QUOTE_CHARS = 400
_QUOTED_PASSAGES = 3
_TELLING_WORDS = 8


@dataclass(frozen=True, slots=True)
class Cited:
    """A text and the citations that its markers point to."""

    text: str
    citations: tuple[Citation, ...]


def sentences(text: str) -> list[tuple[int, str]]:
    """Return (offset, sentence) of a text; markers behind the full stop belong to the sentence."""
    found: list[tuple[int, str]] = []
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        raw = text[start:end]
        if raw.strip():
            found.append((start + len(raw) - len(raw.lstrip()), raw.strip()))
        start = end
    return found


def verified(text: str, passages: Sequence[Passage]) -> Cited:
    """Return the text with the markers that hold, and a citation for each source they name."""
    kept: dict[int, Citation] = {}
    pieces: list[str] = []
    start = 0
    for offset, sentence in sentences(text):
        pieces.append(text[start:offset])
        pieces.append(_checked(sentence, passages, kept))
        start = offset + len(sentence)
    return Cited("".join([*pieces, text[start:]]).strip(), tuple(kept[number] for number in sorted(kept)))


def _checked(sentence: str, passages: Sequence[Passage], kept: dict[int, Citation]) -> str:
    claim = _MARKER.sub("", sentence)

    def holding(match: re.Match[str]) -> str:
        numbers = [number for number in map(int, _MARKER.findall(match[2])) if holds(number)]
        return match[1] + "".join(f"[{number}]" for number in numbers) if numbers else ""

    def holds(number: int) -> bool:
        if not 1 <= number <= len(passages) or not supports(passages[number - 1], claim):
            return False
        kept.setdefault(number, cite(number, passages[number - 1], claim))
        return True

    return _MARKERS.sub(holding, sentence)


def supports(passage: Passage, claim: str) -> bool:
    """Whether a passage holds what a sentence says, as far as words and figures can tell.

    Every figure of the sentence must stand in the passage. In the passage's own language a good part of
    the sentence's words must as well; across languages only figures and names can be compared.
    """
    if not set(_figures(claim)) <= set(_figures(passage.text)):
        return False
    said = _stems(claim)
    if not said:
        return bool(_figures(claim))
    if _is_in_another_language(claim, passage):
        return True
    return len(said & _stems(passage.text)) >= _SUPPORT * len(said)


def _is_in_another_language(claim: str, passage: Passage) -> bool:
    told, theirs = detect_language(claim), passage.language or detect_language(passage.text)
    if told and theirs:
        return told != theirs
    # A passage that is long enough to tell, and does not, is in a language that the claim is not in.
    return bool(told) and sum(1 for _ in words(passage.text)) >= _TELLING_WORDS


def cite(number: int, passage: Passage, claim: str) -> Citation:
    """Return the citation of a passage, quoting its sentence that is closest to ``claim``."""
    start, quote = best_sentence(passage.text, claim)
    return Citation(
        index=number,
        document_id=passage.document_id,
        document_name=passage.document_name,
        page=passage.page,
        heading=passage.heading,
        language=passage.language,
        passage_id=passage.passage_id,
        passage=passage.text,
        quote=quote,
        quote_start=start,
    )


def best_sentence(text: str, claim: str) -> tuple[int, str]:
    """Return (offset, sentence) of the sentence of ``text`` that shares most with ``claim``."""
    wanted, figures = _stems(claim), set(_figures(claim))

    def closeness(candidate: tuple[int, str]) -> float:
        words = _stems(candidate[1])
        shared = len(words & wanted) + 2 * len(figures & set(_figures(candidate[1])))
        return shared / (8 + len(words)) if shared else 0.0

    start, quote = max(sentences(text), key=closeness, default=(0, text))
    return start, quote[:_MAX_QUOTE_CHARS].rstrip()


def quoted(passages: Sequence[Passage], question: str, language: Language) -> Cited:
    """Return the best passages in their own words, for when nobody is there to word an answer."""
    citations = tuple(
        cite(number, passage, question) for number, passage in enumerate(passages[:_QUOTED_PASSAGES], start=1)
    )
    lines = [phrase("degraded", language), *(f"“{item.quote}” [{item.index}]" for item in citations)]
    return Cited("\n\n".join(lines), citations)


def _stems(text: str) -> set[str]:
    return {word[:_STEM_CHARS] for word in content_words(text) if not word.isnumeric()}


def _figures(text: str) -> list[str]:
    found = (re.sub(r"[.,]", "", number) for number in _NUMBER.findall(_MARKER.sub("", text)))
    return [number for number in found if len(number) > 1]
