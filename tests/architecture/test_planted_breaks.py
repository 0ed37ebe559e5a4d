"""The import rules catch what they are for: each break is planted alone into a copy of the tree."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.import_rules import PACKAGE, ROOT, breaches

OURS = PACKAGE.as_posix()
APPENDED = {
    "a context uses a vendor": (f"{OURS}/auth/model.py", "import boto3"),
    "the kernel knows a context": (f"{OURS}/kernel/clock.py", "from autosocial.auth.model import Account"),
    "a context knows another": (f"{OURS}/creators/service.py", "from autosocial.auth.model import Account"),
    "a contract knows a context": (
        f"{OURS}/contracts/inbound.py",
        "from autosocial.auth.model import Account",
    ),
    "the runtime knows a context": (f"{OURS}/runtime/logs.py", "from autosocial.auth.model import Account"),
    "a function uses a vendor": ("functions/auth/api/handler.py", "import boto3"),
    "a function knows another": (
        "functions/auth/api/handler.py",
        "from functions.knowledge.api.routes import knowledge_routes",
    ),
    "infra knows the product": ("infra/layers.py", "from autosocial.kernel.clock import utc_now"),
    "ports know the service": (f"{OURS}/auth/ports.py", "from autosocial.auth.service import Login"),
    "the model knows the ports": (f"{OURS}/auth/model.py", "from autosocial.auth.ports import AccountStore"),
    "the runtime knows an adapter": (
        f"{OURS}/runtime/step.py",
        "from autosocial.adapters.sqs.consuming import SqsVisibility",
    ),
    "an adapter knows the runtime": (
        f"{OURS}/adapters/kms/auth.py",
        "from autosocial.runtime.logs import redact",
    ),
    "an adapter knows a use case": (
        f"{OURS}/adapters/sqs/conversations.py",
        "from autosocial.conversations.service import AcceptMessage",
    ),
    "a rule knows the service": (
        f"{OURS}/conversations/citations.py",
        "from autosocial.conversations.service import AcceptMessage",
    ),
    "a model does I/O": (f"{OURS}/knowledge/model.py", "from urllib.request import urlopen"),
    "a function has an HTTP client of its own": ("functions/auth/authorizer/handler.py", "import requests"),
    "conversations speak the socket's language": (
        f"{OURS}/conversations/answer.py",
        "from autosocial.contracts.socket import Pong",
    ),
    "wiring is used by what it wires": (f"{OURS}/adapters/s3/bucket.py", "import autosocial.wiring.index"),
}
PLANTED = {
    "a package without a place": {
        f"{OURS}/stray/__init__.py": "",
        f"{OURS}/stray/thing.py": "import socket\n",
    },
    "a new context uses a vendor": {
        f"{OURS}/leads/__init__.py": "",
        f"{OURS}/leads/service.py": "import boto3\n",
    },
    "a new context knows another": {
        f"{OURS}/leads/__init__.py": "",
        f"{OURS}/leads/service.py": "from autosocial.auth.model import Account\n",
    },
    "a new function knows another": {
        f"{OURS}/leads/__init__.py": "",
        "functions/leads/__init__.py": "",
        "functions/leads/score/__init__.py": "",
        "functions/leads/score/handler.py": "from functions.knowledge.api.routes import knowledge_routes\n",
    },
    "a new function uses a vendor": {
        f"{OURS}/leads/__init__.py": "",
        "functions/leads/__init__.py": "",
        "functions/leads/score/__init__.py": "",
        "functions/leads/score/handler.py": "import boto3\n",
    },
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the rules look at."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in (PACKAGE, Path("functions"), Path("infra")):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.lock"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture
def plant(tree: Path) -> Iterator[Callable[[dict[str, str]], None]]:
    """Write files into the copy; each test leaves the tree as it found it."""
    before: dict[Path, str | None] = {}

    def write(files: dict[str, str]) -> None:
        for name, text in files.items():
            path = tree / name
            before.setdefault(path, path.read_text() if path.exists() else None)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    yield write
    for path, text in before.items():
        if text is not None:
            path.write_text(text)
    for path in [path for path, text in before.items() if text is None]:
        shutil.rmtree(path.parent, ignore_errors=True)


def test_the_tree_as_it_is_breaks_no_rule(tree: Path):
    assert breaches(tree) == []


@pytest.mark.parametrize("name", APPENDED)
def test_a_planted_import_is_caught(tree: Path, plant: Callable[[dict[str, str]], None], name: str):
    path, line = APPENDED[name]
    plant({path: f"{(tree / path).read_text()}\n{line}\n"})
    assert breaches(tree)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_module_is_caught(tree: Path, plant: Callable[[dict[str, str]], None], name: str):
    plant(PLANTED[name])
    assert breaches(tree)


def test_a_new_context_costs_its_own_folders_and_is_under_the_rules_from_its_first_line(
    tree: Path, plant: Callable[[dict[str, str]], None]
):
    plant(
        {
            f"{OURS}/leads/__init__.py": "",
            f"{OURS}/leads/model.py": "from autosocial.kernel.clock import Clock\n",
            f"{OURS}/leads/ports.py": "from autosocial.leads.model import Clock\n",
            f"{OURS}/leads/service.py": "from autosocial.leads.ports import Clock\n",
            "functions/leads/__init__.py": "",
            "functions/leads/api/__init__.py": "",
            "functions/leads/api/handler.py": "from autosocial.leads.service import Clock\n",
            "infra/services/leads.py": "from infra.constructs.python_function import PythonFunction\n",
        }
    )
    assert breaches(tree) == []
