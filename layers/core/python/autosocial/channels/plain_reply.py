"""An answer for channels that show nothing but text: its sources as a numbered list below it."""

from autosocial.contracts.outbound import Citation, Completed


def plain_reply(ending: Completed) -> str:
    """Return the text with its sources; the numbers are those of its markers."""
    sources = [_line(citation) for citation in ending.citations]
    return "\n".join([ending.text, "", *sources]) if sources else ending.text


def _line(citation: Citation) -> str:
    page = f", p. {citation.page}" if citation.page is not None else ""
    return f"[{citation.index}] {citation.document_name}{page}"
