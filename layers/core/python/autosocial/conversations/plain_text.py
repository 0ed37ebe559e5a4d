"""What a model writes, made plain: no HTML, no images, no foreign links, real markers only."""

import re
from collections.abc import Collection, Sequence

from autosocial.contracts.passages import Passage
from autosocial.conversations.prompt import visible

_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]{0,2000}>")
_LEFT_OPEN = re.compile(r"<(?=[^\s\d=]|\Z)")
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)")
_URL = re.compile(r"(?:(?:https?|ftp|file|data|javascript|vbscript):|//|www\.)\S+", re.IGNORECASE)
_HOST = re.compile(r"(?:https?:)?(?://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,})", re.IGNORECASE)
_MARKER = re.compile(
    r"[\[【]\s*(?:(?:source|fuente)s?\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]", re.IGNORECASE
)
_NO_ANSWER = re.compile(r"\bNO\\?_ANSWER\b[.:]?")
_URL_TAIL = ".,;:!?)»”\"'"


def hosts_of(passages: Sequence[Passage]) -> frozenset[str]:
    """Return the hosts of the links that stand in the passages: only these may stand in an answer."""
    links = (link for passage in passages for link in _URL.findall(passage.text))
    return frozenset(host for host in map(_host, links) if host)


def plain(text: str, *, sources: int, hosts: Collection[str]) -> str:
    """Return ``text`` with markup taken out and markers ``[n]`` kept where ``n`` names one of the sources."""
    text = _COMMENT.sub("", visible(text))
    text = _LEFT_OPEN.sub("‹", _TAG.sub("", text))
    text = _LINK.sub(_unlinked, text).replace("](", "] (")
    text = _URL.sub(lambda match: _known(match[0], hosts), text)
    text = _MARKER.sub(lambda match: _real(match[1], sources), text)
    return _NO_ANSWER.sub("", text)


def _unlinked(match: re.Match[str]) -> str:
    return f"[{match[1]}]" if match[1].isdigit() else match[1]


def _host(link: str) -> str:
    match = _HOST.match(link)
    return match[1].lower() if match else ""


def _known(link: str, hosts: Collection[str]) -> str:
    if _host(link) in hosts:
        return link
    return link[len(link.rstrip(_URL_TAIL)) :]


def _real(numbers: str, sources: int) -> str:
    wanted = (int(number) for number in re.findall(r"\d+", numbers))
    return "".join(f"[{number}]" for number in dict.fromkeys(wanted) if 1 <= number <= sources)
