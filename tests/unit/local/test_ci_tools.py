import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / ".ci/tools"


def check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the check on a machine that has only what lies in ``folder``, and no right to install."""
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    command = ["/bin/bash", str(TOOLS)]
    return subprocess.run(
        command, env={"PATH": str(folder), **environment}, capture_output=True, text=True, check=False
    )


def test_in_ci_a_missing_tool_is_a_failure_that_names_it(tmp_path):
    done = check(tmp_path, CI="true")

    assert done.returncode == 1
    assert "Missing: chromium openjdk-17-jre-headless maven" in done.stderr


def test_elsewhere_it_is_said_what_is_skipped_and_why(tmp_path):
    done = check(tmp_path)

    assert done.returncode == 0
    assert "no browser journeys without Chromium" in done.stderr


@pytest.mark.parametrize("browser", ["chromium", "google-chrome"])
def test_with_all_tools_there_is_nothing_to_say(tmp_path, browser):
    for name in (browser, "java", "mvn"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    done = check(tmp_path, CI="true")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose suites are programs that only say that they ran; the one that is asked to fails."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(TOOLS.with_name("test"), tmp_path / ".ci/test")
    (tmp_path / ".ci/tools").write_text("")
    for program in ("npm", ".venv/bin/python"):
        file = tmp_path / program
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/bash\necho "ran {program} $*"\n[[ "$*" != *"${{FAILING:-nothing}}"* ]]\n')
        file.chmod(0o755)

    def run(failing: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "FAILING": failing}
        command = ["/bin/bash", str(tmp_path / ".ci/test")]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_suite_that_fails_stops_no_other_one_and_is_named_at_the_end(checkout):
    done = checkout("size")

    assert done.returncode == 1
    assert "ran .venv/bin/python -m pytest tests/e2e" in done.stdout
    summary = done.stdout.partition("== summary\n")[2].splitlines()
    assert [line.split()[0] for line in summary] == ["FAILED", *["passed"] * 4]
    assert done.stderr.strip() == "1 of 5 suites failed: widget: types, units, size"


def test_with_all_suites_green_the_end_says_how_long_each_took(checkout):
    done = checkout("nothing")

    assert (done.returncode, done.stderr) == (0, "")
    assert len(re.findall(r"^passed +\d+ s  \w", done.stdout, re.MULTILINE)) == 5
