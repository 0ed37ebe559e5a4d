"""Embedding engines measured side by side: ``python -m tests.bench.embeddings``.

CPU time does not depend on what else runs on the machine; passages a second do.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from functions.model_server.engines.choice import weights_path
from functions.model_server.engines.engine import EmbeddingEngine
from functions.model_server.engines.native import NativeEngine
from functions.model_server.engines.openvino import OpenVinoEngine

BATCH = 16
REPEATS = 3
_SENTENCES = (
    "The studio opens at nine in the morning and closes at eight in the evening, except on public holidays. "
    "Members who book a class and cannot come should cancel at least twelve hours before it begins. "
)
PASSAGES = [f"{_SENTENCES * 5} Room {number}." for number in range(BATCH)]


def main() -> None:
    """Print load time, speed and memory of each engine."""
    engines: list[Callable[[], EmbeddingEngine]] = [
        lambda: OpenVinoEngine(weights_path(), threads=2),
        lambda: NativeEngine(threads=2),
    ]
    for load in engines:
        started = time.monotonic()
        engine = load()
        engine.embed_queries(["warm"])
        loaded = time.monotonic() - started
        speeds, cpu = zip(*(_run(engine) for _ in range(REPEATS)), strict=True)
        asked = [_seconds(engine, number) for number in range(20)]
        print(
            f"{engine.name:9} load {loaded:.1f} s  {statistics.median(speeds):.1f} passages/s  "
            f"{statistics.median(cpu) * 1000:.0f} ms CPU a passage  "
            f"{statistics.median(asked) * 1000:.0f} ms a question  process {_resident_mb()} MB"
        )


def _run(engine: EmbeddingEngine) -> tuple[float, float]:
    wall, cpu = time.monotonic(), time.process_time()
    engine.embed_passages(PASSAGES)
    return BATCH / (time.monotonic() - wall), (time.process_time() - cpu) / BATCH


def _seconds(engine: EmbeddingEngine, number: int) -> float:
    started = time.monotonic()
    engine.embed_queries([f"How do I cancel class number {number}?"])
    return time.monotonic() - started


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


if __name__ == "__main__":
    main()
