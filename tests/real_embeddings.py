"""The embedding engine of the product in this process, in an arithmetic that is the same on every machine."""

import os
from typing import cast

from functions.model_server.engines.choice import weights_path
from functions.model_server.engines.engine import Precision
from functions.model_server.engines.openvino import OpenVinoEngine

# 32-bit floats unless asked otherwise; `make test-hostile` asks for bf16 to see that no floor hangs on it.
PRECISION = cast("Precision", os.environ.get("EMBEDDING_PRECISION") or "f32")


def real_engine(*, threads: int = 2) -> OpenVinoEngine:
    """Return the engine, loaded."""
    return OpenVinoEngine(weights_path(), threads=threads, precision=PRECISION)
