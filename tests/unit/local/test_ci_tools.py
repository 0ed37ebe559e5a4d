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
