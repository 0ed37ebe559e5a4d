"""For all tests: no sockets under the contexts; suites that share a server stay with one worker.

Nothing of the person's AWS account is seen here, and no proxy stands between a test and its own servers.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autosocial.adapters.aws import session
from infra.local.isolation import isolate
from tests.architecture.import_rules import contexts

# Before any test module is imported: some make clients or servers while they are collected.
isolate(os.environ)

ROOT = Path(__file__).parent
# These suites start a server once per session: one worker each, however many workers run.
SHARED = ("contract/index", "contract/local", "contract/model_server", "infra", "e2e")

# The rules of the contexts run on fakes; whatever opens a socket there has reached past its ports.
PURE = tuple(f"unit/{context}/" for context in (*contexts(), "contracts", "kernel", "text"))


# As each test is collected: pytest-xdist reads the groups in the first hook after the collection.
def pytest_itemcollected(item: pytest.Item) -> None:
    place = item.path.relative_to(ROOT).as_posix()
    group = next((folder for folder in SHARED if place.startswith(f"{folder}/")), place)
    item.add_marker(pytest.mark.xdist_group(group))
    if place.startswith(PURE):
        item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(autouse=True)
def own_cloud() -> Iterator[None]:
    """Let no test reach the cloud of the one before: credentials, region and endpoint are a test's own."""
    yield
    session.forget()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name files and long texts by their parameter: workers must agree on names, and made files differ."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60) else None
