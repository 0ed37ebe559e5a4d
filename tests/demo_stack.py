"""A local stack with its demo creator, to measure or to break; and questions that its documents answer."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.config import LocalConfig
from infra.local.console import Console
from infra.local.stack import Addresses, LocalStack
from tests.free_ports import free_ports

QUESTIONS = (
    "How much is the Guided plan?",
    "When do the group sessions take place?",
    "¿Cuántas tazas de café puedo tomar al día?",
    "Can I get my money back after the start?",
    "Is there a certificate?",
    "¿A qué hora debo cenar?",
    "Do I need a camera?",
    "What is box breathing?",
)


@contextmanager
def demo_stack(name: str) -> Iterator[tuple[LocalStack, Addresses]]:
    """Run a stack on free ports and a state of its own, called after ``name``; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as state:
        config = LocalConfig(
            state=Path(state),
            ports=free_ports(),
            index="embedded",
            model="extractive",
            cloud_endpoint="",
            seed=True,
        )
        with LocalStack(config, Console()) as stack:
            addresses = stack.start()
            stack.seed(addresses)
            yield stack, addresses
