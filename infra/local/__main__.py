"""The command line of the local stack: ``python -m infra.local run|stop|start|status|reset``."""

import os
import sys
from collections.abc import Sequence

from infra.local.config import LocalConfig, UsageError, read_config
from infra.local.console import Console, LocalStackError
from infra.local.control import Control
from infra.local.isolation import isolate
from infra.local.runner import run

_USAGE = """python -m infra.local COMMAND

  run     [--state DIR] [--port-base N] [--index KIND] [--model KIND] [--no-seed]
          start everything on this machine; INDEX=…, MODEL=…, CLOUD_ENDPOINT_URL=…,
          DASHBOARD_PORT, DEMO_PORT, MODEL_PORT, EMULATOR_PORT do the same from the environment
  stop    [model-server]   end a running stack, or only its model server
  start   model-server     start the model server of a running stack again
  status                   what runs, with memory
  reset   [--yes]          forget all local state

  --state DIR (or LOCAL_STATE=DIR) chooses the stack; the default is .local,
  with INDEX=opensearch .local/with-opensearch"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    console = Console()
    # Nothing that is started here may reach a real account.
    isolate(os.environ)
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    try:
        return _run_command(command, rest, console)
    except LocalStackError as error:
        console.say(f"✗ {error}")
        return 1
    except UsageError as error:
        console.say(f"✗ {error}\n\n{_USAGE}")
        return 2


def _run_command(command: str, rest: list[str], console: Console) -> int:
    words = [word for word in rest if word in {"model-server", "--yes"}]
    config = read_config([word for word in rest if word not in words], os.environ)
    control = Control(config)
    match command:
        case "run":
            return run(config, console)
        case "stop":
            return control.stop("model-server" if "model-server" in words else "", console)
        case "start" if "model-server" in words:
            return control.start_model_server(console)
        case "status":
            return control.status(console)
        case "reset":
            return _reset(config, console, sure="--yes" in words)
        case _:
            console.say(_USAGE)
            return 0 if command in {"help", "-h", "--help"} else 2


def _reset(config: LocalConfig, console: Console, *, sure: bool) -> int:
    question = f"Forget all accounts, documents and conversations in {config.state}? [y/N] "
    if not sure and input(question).lower() != "y":
        console.say("· nothing was changed")
        return 1
    return Control(config).reset(console)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
