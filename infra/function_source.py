"""Stages the source of one function as a deployable folder that keeps its import path."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
_IGNORED = {"__pycache__", "node_modules", ".DS_Store"}


class MissingFunctionError(FileNotFoundError):
    """infra names a function whose handler does not exist."""


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A folder and the hash of what is in it."""

    path: Path
    digest: str


def stage_function(context: str, name: str, *, root: Path = ROOT, build: Path = BUILD) -> StagedSource:
    """Copy ``functions/<context>/<name>`` with its packages' ``__init__.py`` into its own folder."""
    home = root / "functions" / context / name
    if not (home / "handler.py").is_file():
        raise MissingFunctionError(
            f"{home.relative_to(root)}/handler.py is named in infra/services/{context}.py but missing"
        )
    packages = [root / "functions" / "__init__.py", root / "functions" / context / "__init__.py"]
    files = [file for file in packages if file.is_file()] + source_files(home)
    return stage_files(files, root=root, target=build / "functions" / f"{context}-{name}")


def stage_files(files: list[Path], *, root: Path, target: Path) -> StagedSource:
    """Make ``target`` hold exactly ``files`` (paths relative to ``root``), writing only what changed."""
    digest = hashlib.sha256()
    wanted: set[Path] = set()
    for file in sorted(files):
        relative = file.relative_to(root)
        content = file.read_bytes()
        digest.update(relative.as_posix().encode() + b"\0" + content + b"\0")
        copy = target / relative
        wanted.add(copy)
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
    for old in [file for file in target.rglob("*") if file.is_file() and file not in wanted]:
        old.unlink()
    for cache in list(target.rglob("__pycache__")):
        shutil.rmtree(cache, ignore_errors=True)
    make_readable(target)
    return StagedSource(target, digest.hexdigest()[:32])


def make_readable(folder: Path) -> None:
    """Let every account read what is below ``folder``: Lambda runs functions as one that owns nothing.

    A deployment keeps the modes of its files, and those follow the umask of whoever builds it.
    """
    for path in (folder, *folder.rglob("*")):
        wanted = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
        if path.stat().st_mode & 0o777 != wanted:
            path.chmod(wanted)


def source_files(folder: Path) -> list[Path]:
    """Return the files below ``folder`` that belong into a deployment."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not _IGNORED & set(file.parts)
        and file.suffix != ".pyc"
        and ".egg-info" not in str(file)
    ]
