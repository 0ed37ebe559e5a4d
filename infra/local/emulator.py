"""The emulator: its own virtual environment (what functions see as the Lambda runtime) and its start."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local.config import HOST, REGION, REPO, LocalConfig
from infra.local.console import LocalStackError
from infra.local.fingerprint import Stamp, fingerprint
from infra.local.isolation import NO_ACCOUNT
from infra.local.processes import Child, Children, clean_environment, wait_until_healthy

_FOLDER = Path(__file__).parent
_LOCK = _FOLDER / "emulator.lock"
_LAUNCHER = _FOLDER / "shim.py"
# Of the checkout, not of one stack: the environment of functions and their unpacked layers.
_SHARED = REPO / ".local"
_START_SECONDS = 60
# Functions on the way of a message stay once they run; all others end when nothing calls them for a while.
_KEPT_WARM = r"^functions\.(auth|channels|conversations\.answer)\."
_SAVE_SECONDS = 30


def prepare_environment() -> str:
    """Make or renew the emulator's virtual environment, one per checkout; return what was done."""
    _SHARED.mkdir(parents=True, exist_ok=True)
    # Two stacks or test workers of one checkout may start at the same time.
    with (_SHARED / "emulator-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _install()


def _install() -> str:
    home = _SHARED / "emulator-venv"
    stamp = Stamp(home / ".installed")
    wanted = fingerprint([_LOCK], extra=[sys.version])
    if stamp.matches(wanted) and interpreter().exists():
        return "unchanged"
    shutil.rmtree(home, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        commands = [
            [str(uv), "venv", "--quiet", "--python", sys.executable, str(home)],
            [
                str(uv),
                "pip",
                "install",
                "--quiet",
                "--python",
                str(interpreter()),
                "--require-hashes",
                "-r",
                str(_LOCK),
            ],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(home)],
            [str(interpreter()), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(_LOCK)],
        ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LocalStackError(
                f"The emulator could not be installed:\n{done.stderr[-2000:]}",
                "Check the network and the package index, then run it again.",
            )
    stamp.set(wanted)
    return "installed"


def interpreter() -> Path:
    """Return the Python that runs the emulator and, below it, every function."""
    return _SHARED / "emulator-venv" / "bin" / "python"


def start(config: LocalConfig, children: Children) -> Child:
    """Start the emulator on its port and wait until it answers."""
    # What functions and their workers left there, also those of an emulator that was killed, is of no use.
    shutil.rmtree(config.state / "emulator/tmp", ignore_errors=True)
    for folder in ("emulator/tmp", "emulator/state", "emulator/objects"):
        (config.state / folder).mkdir(parents=True, exist_ok=True)
    (config.logs / "functions.log").unlink(missing_ok=True)
    child = children.start(
        "emulator",
        [str(interpreter()), "-P", str(_LAUNCHER)],
        environment=clean_environment(os.environ, settings(config)),
        folder=config.state / "emulator",
        grace_seconds=_SAVE_SECONDS,
    )
    wait_until_healthy(child, f"{config.emulator_url}/_ministack/health", timeout_seconds=_START_SECONDS)
    return child


def settings(config: LocalConfig) -> Mapping[str, str]:
    """Return the emulator's variables. Functions inherit them: nothing secret, nothing personal."""
    home = config.state / "emulator"
    return {
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(config.ports.emulator),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "objects"),
        # Functions find time zone, language and temporary folder as in Lambda, whatever this machine's are.
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(home / "tmp"),
        **NO_ACCOUNT,
        "LAYER_CACHE_DIR": str(_SHARED / "layers"),
        "LAMBDA_WARM_TTL_SECONDS": "120",
        "KEEP_WARM": _KEPT_WARM,
        # Who waits for a function keeps a thread, and functions need threads for requests of their own.
        "LAMBDA_ACCOUNT_CONCURRENCY": "40",
        # Lambda says so to every process it starts; functions are then built before their first invocation.
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "MINISTACK_WORKER_THREADS": "96",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "FUNCTION_LOG": str(config.logs / "functions.log"),
        "PYTHONUNBUFFERED": "1",
    }
