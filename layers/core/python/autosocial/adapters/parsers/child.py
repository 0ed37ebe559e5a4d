"""Parses documents in child processes with limits on time and memory, a second parser after the first."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autosocial.knowledge.extraction import Block, Extraction
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Cause, DocumentRefusedError

_WORKER = "autosocial.adapters.parsers.worker"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    seconds: int = 25
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Attempt:
    """One parser and its limits. With ``hands_on`` the next parser gets what a killed child leaves."""

    parser: str
    limits: Limits = Limits()
    hands_on: bool = False


DEFAULT_ATTEMPTS: Mapping[FileKind, Sequence[Attempt]] = {
    FileKind.PDF: (
        Attempt("pypdf", Limits(seconds=15), hands_on=True),
        Attempt("pdfium", Limits(seconds=15)),
    ),
    FileKind.DOCX: (Attempt("docx2python"), Attempt("mammoth")),
    FileKind.PPTX: (Attempt("pptx"),),
    FileKind.XLSX: (Attempt("calamine"),),
    FileKind.HTML: (Attempt("html"),),
    FileKind.MARKDOWN: (Attempt("markdown"),),
    FileKind.TEXT: (Attempt("text"),),
    FileKind.CSV: (Attempt("csv"),),
}


class ChildParser:
    """``DocumentParser``; no file can take this process down, fill its memory or hold it for long."""

    def __init__(self, attempts: Mapping[FileKind, Sequence[Attempt]] = DEFAULT_ATTEMPTS) -> None:
        self._attempts = attempts

    def __call__(self, data: bytes, kind: FileKind) -> Extraction:
        """See ``DocumentParser``."""
        cause = Cause.DOCUMENT_CORRUPT
        with tempfile.TemporaryDirectory(prefix="document-") as folder:
            source = Path(folder) / f"original.{kind.value}"
            source.write_bytes(data)
            for attempt in self._attempts[kind]:
                result = _run(attempt, source, Path(folder) / f"{attempt.parser}.json")
                _raise_if_final(attempt, result)
                extraction = _extraction(result)
                if any(block.text.strip() for block in extraction.blocks):
                    return extraction
                cause = _CAUSES.get(result["status"], cause)
        raise DocumentRefusedError(cause)


# What each way to no text means, unless a later parser knows better.
_CAUSES = {"ok": Cause.NO_TEXT_FOUND, "killed": Cause.DOCUMENT_UNSAFE}


def _raise_if_final(attempt: Attempt, result: Mapping[str, Any]) -> None:
    if result["status"] == "refused":
        raise DocumentRefusedError(Cause(result["cause"]))
    if result["status"] == "killed" and not attempt.hands_on:
        raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)


def _run(attempt: Attempt, source: Path, target: Path) -> dict[str, Any]:
    limits = attempt.limits
    command = [sys.executable, "-I", "-c", _BOOT, *filter(None, sys.path), "--"]
    command += [attempt.parser, str(source), str(target), str(limits.memory_mb), str(limits.seconds)]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; no part comes from a document
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=source.parent,
        # Nothing of ours: a parser that is taken over finds no credentials.
        env={"LANG": "C.UTF-8", "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"},
        start_new_session=True,
    )
    try:
        code = child.wait(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL
    finally:
        _end(child)
    if code != 0 or not target.is_file():
        return {"status": "killed"}
    try:
        result: dict[str, Any] = json.loads(target.read_bytes())
    except ValueError:
        return {"status": "killed"}
    return result


# The child finds its packages where we do, without a variable of the environment.
_BOOT = (
    "import sys; cut = sys.argv.index('--'); sys.path[:] = sys.argv[1:cut]; "
    f"from {_WORKER} import main; main(sys.argv[cut + 1:])"
)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _extraction(result: Mapping[str, Any]) -> Extraction:
    blocks = [Block(text, page, level) for text, page, level in result.get("blocks", ())]
    return Extraction(blocks, result.get("pages"))
