import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
SERVER = ROOT / "functions/model_server"
DOCKERFILE = SERVER / "Dockerfile"


def instructions(name):
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith(f"{name} ")]


def test_everything_that_the_image_copies_exists():
    copied = [part for line in instructions("COPY") if "--from" not in line for part in line.split()[:-1]]
    copied = [part for part in copied if not part.startswith("--")]

    assert copied
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_the_image_does_not_run_as_root_and_tells_its_health():
    assert instructions("USER") == ["10001:10001"]
    assert "/ready" in instructions("HEALTHCHECK")[0]


def test_packages_are_installed_by_hash():
    assert all("--require-hashes" in line for line in instructions("RUN") if "pip install" in line)
    locked = (SERVER / "requirements.lock").read_text()
    wanted = (SERVER / "requirements.in").read_text()
    names = re.findall(r"^([a-z0-9-]+)", wanted, re.MULTILINE)
    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []
    assert locked.count("--hash=sha256:") > len(names)
