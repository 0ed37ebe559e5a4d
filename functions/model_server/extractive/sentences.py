"""Cuts passages into quotable pieces: sentences, list items, table rows; never a bare heading."""

import re
from dataclasses import dataclass

from functions.model_server.extractive.prompt import Source

_MAX_QUOTE_CHARS = 420
_STUB = 12
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[\w¿¡#*-])")
_BULLET = re.compile(r"^\s*(?:[-*•·–▪◦]|\d{1,2}[.)])\s+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Ms|Mrs|Dr|St|vs|No|Nº|Sr|Sra|Dra|etc|núm|pág|Ave|approx|aprox|art|fig|tel|Tel|Av)|\b[A-ZÁÉÍÓÚÑ]|"
    r"\b(?:e\.g|i\.e|p\.m|a\.m|p\.ej|EE\.UU|p\. ej))\.$"
)
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s+")
_DATA = re.compile(r"[:=,@€$£%\t]|\b(?!(?:19|20)\d\d\b)\d")
_SHORT = 40
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece that may be quoted. ``context`` is the heading or the question it stands under."""

    source: int
    position: int
    quote: str
    context: str

    @property
    def full_text(self) -> str:
        """The quote with what it stands under, for scoring."""
        return f"{self.context} {self.quote}".strip()


def sentences_of(source: Source, index: int) -> list[Sentence]:
    """Return the quotable pieces of a passage, in reading order; ``index`` is the passage's place."""
    found: list[Sentence] = []
    heading = asked = table = ""
    pieces = _pieces(source.text)
    for piece, before, after in zip(pieces, ["", *pieces], [*pieces[1:], ""], strict=False):
        is_row = "|" in piece
        table = (table or piece) if is_row else ""
        if len(pieces) > 1 and _is_heading(piece, (before, after)):
            heading, asked = piece.strip("#* "), ""
        elif piece.endswith("?"):
            asked = piece
        elif piece != table:
            found.append(Sentence(index, len(found), piece, f"{heading} {asked} {table}".strip()))
            asked = "" if len(piece) > _SHORT else asked
    return found


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for block in _blocks(text):
        for sentence in _split(block):
            led_in = pieces and pieces[-1].endswith(":") and _BULLET.match(sentence)
            grows = pieces and "\n" in pieces[-1] and _BULLET.match(sentence)
            if (led_in or grows) and len(pieces[-1]) + len(sentence) < _MAX_QUOTE_CHARS:
                pieces[-1] = f"{pieces[-1]}\n{sentence}"
            else:
                pieces.append(sentence)
    return [" ".join(piece.split()) for piece in pieces]


def _blocks(text: str) -> list[str]:
    """Join lines that one sentence runs over; keep list items, table rows and headings apart."""
    blocks: list[str] = []
    joins = False
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped:
            joins = False
            continue
        if joins and not _BULLET.match(line) and not stripped.startswith(("#", "|")):
            blocks[-1] = f"{blocks[-1]} {stripped}"
        else:
            blocks.append(stripped)
        joins = _runs_on(stripped)
    return blocks


def _runs_on(line: str) -> bool:
    """A line without an end that is long enough to have been wrapped goes on in the next."""
    return len(line) >= 50 and not _ENDS_SENTENCE.search(line) and not line.startswith(("#", "|"))


def _split(block: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(block):
        candidate = block[start : match.start()].strip()
        if len(candidate) < _STUB or _ABBREVIATION.search(candidate):
            continue
        sentences.append(block[start : match.end()].strip())
        start = match.end()
    rest = block[start:].strip()
    return [*sentences, rest] if rest else sentences


def _is_heading(piece: str, neighbours: tuple[str, str]) -> bool:
    """A short line without an end; with a number, only where it is not one of a numbered list."""
    if piece.startswith("#"):
        return True
    if _NUMBERED.match(piece) and any(_NUMBERED.match(neighbour) for neighbour in neighbours):
        return False
    title = _NUMBERED.sub("", piece)
    if _ENDS_SENTENCE.search(title) or _BULLET.match(title) or "|" in title:
        return False
    return len(title.split()) <= 8 and not _DATA.search(title)
