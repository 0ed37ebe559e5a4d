"""The child process: one parser on one file, with limits on itself, and whatever happens told in a file.

Started as ``python -m autosocial.adapters.parsers.worker PARSER INPUT OUTPUT MEMORY_MB CPU_SECONDS``.
"""

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from autosocial.adapters.parsers.findings import RefusedError
from autosocial.knowledge.extraction import Extraction
from autosocial.knowledge.model import Cause

_HERE = "autosocial.adapters.parsers"
PARSERS = {
    "text": ("plain", "read_text"),
    "csv": ("plain", "read_csv"),
    "markdown": ("markdown", "read_markdown"),
    "html": ("html", "read_html"),
    "pypdf": ("pdf", "read_with_pypdf"),
    "pdfium": ("pdf", "read_with_pdfium"),
    "docx2python": ("word", "read_with_docx2python"),
    "mammoth": ("word", "read_with_mammoth"),
    "pptx": ("slides", "read_slides"),
    "calamine": ("sheets", "read_sheets"),
}
_MAX_OUTPUT_BYTES = 64 * 1024 * 1024
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
)


def main(arguments: list[str]) -> None:
    """Parse, and write what came of it as JSON."""
    parser, source, target, memory_mb, cpu_seconds = arguments
    _limit(int(memory_mb), int(cpu_seconds))
    result = _result(parser, Path(source))
    Path(target).write_text(json.dumps(result), encoding="utf-8")


def _result(parser: str, source: Path) -> dict[str, Any]:
    try:
        extraction = _parser(parser)(source)
    except RefusedError as refusal:
        return {"status": "refused", "cause": refusal.cause.value}
    except MemoryError:
        return {"status": "refused", "cause": Cause.DOCUMENT_UNSAFE.value}
    except BaseException as error:  # noqa: BLE001 - the child's edge: parsers raise anything on damaged files
        return {"status": "error", "error": type(error).__name__}
    blocks = [[block.text, block.page, block.level] for block in extraction.blocks]
    return {"status": "ok", "pages": extraction.pages, "blocks": blocks}


def _parser(name: str) -> Callable[[Path], Extraction]:
    module, function = PARSERS[name]
    parser: Callable[[Path], Extraction] = getattr(import_module(f"{_HERE}.{module}"), function)
    return parser


def _limit(memory_mb: int, cpu_seconds: int) -> None:
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_OUTPUT_BYTES, _MAX_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_forbid)


def _forbid(event: str, _: tuple[Any, ...]) -> None:
    """Let no document make the parser reach out or start anything."""
    if event in _FORBIDDEN:
        raise PermissionError(event)


if __name__ == "__main__":
    main(sys.argv[1:])
