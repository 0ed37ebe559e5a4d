"""Bytecode for what is deployed: functions cannot keep what they compile, so each start would do it again."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_VERSION = "import sys; print(*sys.version_info[:2], sep='.')"


@cache
def compiler(version: tuple[int, int]) -> str | None:
    """Return an interpreter of this version, whose bytecode the deployed one accepts; None without one."""
    if sys.version_info[:2] == version:
        return sys.executable
    wanted = ".".join(map(str, version))
    found = shutil.which(f"python{wanted}")
    # A version manager's stand-in may be there and only say that no such version is chosen.
    return found if found and _version_of(found) == wanted else None


def _version_of(python: str) -> str:
    done = subprocess.run([python, "-I", "-c", _VERSION], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def add_bytecode(folder: Path, python: str) -> None:
    """Compile all modules below ``folder``; valid wherever it is unpacked, whatever the files' dates."""
    command = [python, "-I", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash", str(folder)]
    # Not checked: packages hold templates and old code that no version compiles; nobody imports those.
    subprocess.run(command, capture_output=True, check=False)
