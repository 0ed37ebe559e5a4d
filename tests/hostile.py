"""``make test-hostile``: the Python tests where tests use to break. They must say the same everywhere.

``python -m tests.hostile [CASE…] [-- PYTEST ARGUMENT…]`` runs some of the cases (all without any), of some of
the tests (all but the browser journeys without any)::

    one-core      on a single core
    loaded        with four busy loops beside it
    stranger      a person with an AWS account, another time zone, locale, umask and home folder
    bf16          embeddings in another arithmetic
    again         twice in a row in this checkout
    two-at-once   in this checkout and in a fresh clone of its last commit at the same time

Not in CI: it runs the same suite eight times, and mostly slowly on purpose.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUSY_LOOPS = 4
PROFILE = """[default]
region = ap-south-1
endpoint_url = https://nobody.example
aws_access_key_id = AKIDREALACCOUNT
aws_secret_access_key = real
s3 =
  addressing_style = virtual
"""


class Suite:
    """The tests to run, in a place and an environment."""

    def __init__(self, arguments: Sequence[str], workplace: Path) -> None:
        self._arguments = arguments or ["tests", "--ignore=tests/e2e"]
        self.workplace = workplace

    def start(
        self,
        *,
        root: Path = ROOT,
        prefix: Sequence[str] = (),
        umask: int = -1,
        environment: Mapping[str, str] | None = None,
    ) -> "Run":
        """Start the tests in the checkout ``root`` with a temporary folder of their own."""
        folder = Path(tempfile.mkdtemp(dir=self.workplace))
        python = [
            str(root / ".venv/bin/python"),
            "-m",
            "pytest",
            "--numprocesses=2",
            "--dist=loadgroup",
            "-q",
        ]
        process = subprocess.Popen(
            [*prefix, *python, *self._arguments],
            cwd=root,
            env={**os.environ, "TMPDIR": str(folder), **(environment or {})},
            umask=umask,
        )
        return Run(process, folder)

    def run(
        self, *, prefix: Sequence[str] = (), umask: int = -1, environment: Mapping[str, str] | None = None
    ) -> bool:
        """Run the tests in this checkout to their end; return whether they are green."""
        return self.start(prefix=prefix, umask=umask, environment=environment).is_green()


class Run:
    """Tests that were started."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def is_green(self) -> bool:
        """Wait for the end; green are tests that pass and leave nothing in the temporary folder."""
        passed = self._process.wait() == 0
        # pytest keeps the folders of its last runs itself.
        left = [path.name for path in self._folder.iterdir() if not path.name.startswith("pytest-of-")]
        if left:
            print(f"left behind in the temporary folder: {', '.join(sorted(left))}")
        return passed and not left


def one_core(suite: Suite) -> bool:
    return suite.run(prefix=["taskset", "--cpu-list", "0"])


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def loaded(suite: Suite) -> bool:
    with busy_loops(BUSY_LOOPS):
        return suite.run()


def stranger(suite: Suite) -> bool:
    home = suite.workplace / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/config").write_text(PROFILE)
    account = {
        "AWS_PROFILE": "default",
        "AWS_REGION": "ap-south-1",
        "AWS_ENDPOINT_URL": "https://nobody.example",
    }
    habits = {"HOME": str(home), "TZ": "Asia/Kolkata", "LC_ALL": "C"}
    return suite.run(umask=0o077, environment=habits | account)


def bf16(suite: Suite) -> bool:
    return suite.run(environment={"EMBEDDING_PRECISION": "bf16"})


def again(suite: Suite) -> bool:
    return suite.run() and suite.run()


def two_at_once(suite: Suite) -> bool:
    clone = suite.workplace / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    # Hundreds of megabytes from Maven Central; everything else the clone gets for itself.
    software = ROOT / ".local/opensearch-software"
    if software.is_dir():
        shutil.copytree(software, clone / ".local/opensearch-software")
    subprocess.run(["make", "--silent", "-C", str(clone), "setup"], check=True)
    runs = [suite.start(), suite.start(root=clone)]
    # Both to their end, also when the first is red.
    green = [run.is_green() for run in runs]
    return all(green)


CASES: dict[str, Callable[[Suite], bool]] = {
    "one-core": one_core,
    "loaded": loaded,
    "stranger": stranger,
    "bf16": bf16,
    "again": again,
    "two-at-once": two_at_once,
}


def main(arguments: Sequence[str]) -> int:
    """Run the cases, whatever came of the others; return 1 if one of them was not green."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    chosen, pytest_arguments = arguments[:cut] or list(CASES), arguments[cut + 1 :]
    if unknown := set(chosen) - set(CASES):
        print(f"{', '.join(sorted(unknown))}: no such case. {__doc__}")
        return 2
    lines = []
    with ExitStack() as stack:
        workplace = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        suite = Suite(pytest_arguments, workplace)
        for name in chosen:
            print(f"\n== {name}", flush=True)
            started = time.monotonic()
            outcome = "green" if CASES[name](suite) else "RED"
            lines.append(f"{outcome:6} {time.monotonic() - started:5.0f} s  {name}")
    print("\n== summary", *lines, sep="\n")
    return int(any(line.startswith("RED") for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
