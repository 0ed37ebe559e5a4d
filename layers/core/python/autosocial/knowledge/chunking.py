"""Cuts a normalised text into chunks: by heading and paragraph, short ones merged, long ones split."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autosocial.knowledge.extraction import NormalisedText, Section

TARGET_TOKENS = 256
OVERLAP_TOKENS = 48
HARD_LIMIT_TOKENS = 480
# End of a sentence or line: Latin marks need a blank after them, East Asian ones do not.
_BOUNDARY = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*\s+|[。！？]+|\n+)")
_WORD = re.compile(r"\S+\s*")
_WEIGHT = {"L": 0.28, "M": 0.28, "N": 0.6, "P": 0.8, "S": 1.0, "Z": 0.0, "C": 0.0}
_OTHER_ALPHABET = 0.5
_EAST_ASIAN = 1.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of the normalised text: ``text == normalised[start:end]``, always of one page."""

    chunk_id: str
    ordinal: int
    text: str
    start: int
    end: int
    page: int | None
    heading: str


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    page: int | None
    heading: str


def chunk(document_id: str, normalised: NormalisedText) -> list[Chunk]:
    """Return the chunks of a document, in order; the same text always gives the same chunks."""
    text = normalised.text
    chunks = []
    for ordinal, span in enumerate(_spans(normalised)):
        piece = text[span.start : span.end]
        name = f"{document_id}-{ordinal:05d}"
        chunks.append(Chunk(name, ordinal, piece, span.start, span.end, span.page, span.heading))
    return chunks


def estimated_tokens(text: str) -> int:
    """Return about how many tokens an embedding model sees, rather too many than too few."""
    return int(sum(_weight(char) for char in text)) + 1


def _spans(normalised: NormalisedText) -> Iterator[_Span]:
    for group in _groups(normalised):
        start, end = group[0].start, group[-1].end
        heading = group[-1].heading
        for piece_start, piece_end in _pieces(normalised.text, start, end):
            yield _Span(piece_start, piece_end, group[0].page, heading)


def _groups(normalised: NormalisedText) -> Iterator[list[Section]]:
    group: list[Section] = []
    tokens = 0
    for section in normalised.sections:
        size = estimated_tokens(normalised.text[section.start : section.end])
        if group and (_starts_anew(group, section) or tokens + size > TARGET_TOKENS):
            yield group
            group, tokens = [], 0
        group.append(section)
        tokens += size
    if group:
        yield group


def _starts_anew(group: Sequence[Section], section: Section) -> bool:
    if section.page != group[0].page:
        return True
    holds_content = any(not member.level for member in group)
    return bool(section.level) and holds_content


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if estimated_tokens(text[start:end]) <= TARGET_TOKENS:
        yield start, end
        return
    sentences = list(_sentences(text, start, end))
    first = 0
    while first < len(sentences):
        last = _last_that_fits(text, sentences, first)
        yield sentences[first][0], sentences[last][1]
        if last == len(sentences) - 1:
            return
        first = _with_overlap(text, sentences, first=first, last=last)


def _last_that_fits(text: str, sentences: Sequence[tuple[int, int]], first: int) -> int:
    last = first
    while last + 1 < len(sentences):
        if estimated_tokens(text[sentences[first][0] : sentences[last + 1][1]]) > TARGET_TOKENS:
            break
        last += 1
    return last


def _with_overlap(text: str, sentences: Sequence[tuple[int, int]], *, first: int, last: int) -> int:
    following = last + 1
    while following - 1 > first:
        if estimated_tokens(text[sentences[following - 1][0] : sentences[last][1]]) > OVERLAP_TOKENS:
            break
        following -= 1
    # The next piece must reach further than this one, or cutting would never end.
    grows = estimated_tokens(text[sentences[following][0] : sentences[last + 1][1]]) <= TARGET_TOKENS
    return following if grows else last + 1


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for boundary in _BOUNDARY.finditer(text, start, end):
        yield from _within_limit(text, position, boundary.end())
        position = boundary.end()
    yield from _within_limit(text, position, end)


def _within_limit(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentence without outer blanks, cut at words where it is above the hard limit."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    if estimated_tokens(text[start:end]) <= HARD_LIMIT_TOKENS:
        yield start, end
        return
    position = start
    for cut in _cuts(text, start, end):
        yield position, position + len(text[position:cut].rstrip())
        position = cut
    yield position, end


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where to cut so that no piece is above the target: between words, inside a huge one."""
    tokens = 0.0
    for word in _WORD.finditer(text, start, end):
        weight = sum(_weight(char) for char in word.group())
        if tokens and tokens + weight > TARGET_TOKENS:
            yield word.start()
            tokens = 0.0
        for place, char in enumerate(word.group(), start=word.start()):
            if weight > TARGET_TOKENS and tokens + _weight(char) > TARGET_TOKENS:
                yield place
                tokens = 0.0
            tokens += _weight(char)


def _weight(char: str) -> float:
    if char <= "\u024f" or char.isspace():
        return _WEIGHT[unicodedata.category(char)[0]]
    if "\u2e80" <= char <= "\ud7ff" or char >= "\U00020000":
        return _EAST_ASIAN
    return max(_OTHER_ALPHABET, _WEIGHT[unicodedata.category(char)[0]])
