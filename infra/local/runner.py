"""`make run`: brings the stack up, says where it is, watches it, and ends all of it."""

import signal
import time
from types import FrameType

from infra.local.config import LocalConfig
from infra.local.console import Console, LocalStackError
from infra.local.control import Control
from infra.local.processes import Child
from infra.local.seed import DemoLogin
from infra.local.stack import Addresses, LocalStack

_WATCH_SECONDS = 0.5
_COMMAND = ".venv/bin/python -m infra.local"


class _StopRequested(BaseException):
    """Ctrl-C or SIGTERM; no ``except Exception`` may swallow it."""


def run(config: LocalConfig, console: Console) -> int:
    """Bring the stack up and watch it until Ctrl-C, SIGTERM, or the end of a part that others need."""
    _stop_on_signals()
    started = time.monotonic()
    control = Control(config)
    stack = LocalStack(config, console)
    try:
        with stack:
            control.claim()
            addresses = stack.start()
            console.say(f"✓ healthy after {time.monotonic() - started:.0f} s")
            login = _seed(stack, addresses, console) if config.seed else None
            control.publish(stack.children.pids(), config.edge_url)
            console.say(welcome(config, login))
            return _watch(stack, control, console)
    except _StopRequested:
        console.say(f"\n· everything has ended; the state in {config.state} is kept")
        return 0
    finally:
        control.release()


def welcome(config: LocalConfig, login: DemoLogin | None) -> str:
    """Return the addresses, the demo login and what to try."""
    lines = [
        "",
        f"  Dashboard   {config.edge_url}",
        f"  Demo site   {config.demo_url}   (another origin, with the widget)",
        f"  API         {config.edge_url}/api/v1/…   described at {config.edge_url}/api/v1/docs",
    ]
    if login is not None:
        lines.append(f"  Sign in     {login.email}  /  {login.password}")
    lines += [
        "",
        "  Try: open the demo site, ask “How much is the Guided plan?” and “¿Qué debo desayunar?”,",
        "       open a citation, reload the page; drop a file of yours on the dashboard's knowledge page.",
        f"  The model goes away:  {config.command(f'{_COMMAND} stop model-server')}",
        f"  and comes back:       {config.command(f'{_COMMAND} start model-server')}",
        f"  Logs: {config.logs}.  Stop: Ctrl-C or '{config.command('make stop')}'.",
        f"  Forget all of its data: '{config.command('make reset')}'.",
        "",
    ]
    return "\n".join(lines)


def _seed(stack: LocalStack, addresses: Addresses, console: Console) -> DemoLogin | None:
    """A demo that cannot be made does not take the product down: it is there to be looked into."""
    try:
        return stack.seed(addresses)
    except LocalStackError as error:
        console.say(f"✗ {error}")
        return None


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM):
            signal.signal(other, signal.SIG_IGN)
        raise _StopRequested

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _watch(stack: LocalStack, control: Control, console: Console) -> int:
    while True:
        time.sleep(_WATCH_SECONDS)
        for child in stack.children.take_ended():
            if child.name != stack.MODEL_SERVER:
                raise LocalStackError(
                    _obituary(child), f"All of it is in {child.log}. Start it again as before."
                )
            console.say(f"! {_obituary(child)}\n  Answers quote the best passages until it is started again.")
        if control.wants_model_server() and not stack.children.has(stack.MODEL_SERVER):
            _start_model_server(stack, console)
            control.publish(stack.children.pids(), stack.config.edge_url)


def _start_model_server(stack: LocalStack, console: Console) -> None:
    try:
        with console.step("model server"):
            stack.start_model_server()
    except LocalStackError as error:
        console.say(f"! {error}")


def _obituary(child: Child) -> str:
    return (
        f"The {child.name} ended with code {child.process.returncode}. Its last lines:\n{child.last_lines()}"
    )
