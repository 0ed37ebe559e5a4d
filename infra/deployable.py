"""``python -m infra.deployable STAGE``: refuses at once what a deployment would only find after an hour."""

import sys

from infra.bytecode import compiler
from infra.config import StageConfig, UnknownStageError, stage_named
from infra.layers import LAMBDA_PYTHON


class NotDeployableError(ValueError):
    """Something must be decided before this stage is deployed."""


def check_deployable(stage: StageConfig) -> None:
    """Raise, saying what to set and where, unless the stage can be deployed."""
    if stage.domain is not None and stage.lacks_its_domain:
        raise NotDeployableError(
            f"Stage {stage.name} needs a domain of yours: {stage.domain.name} stands there as an example. "
            f"Set name and hosted_zone_id of its DomainConfig (a public Route 53 zone) in infra/config.py."
        )


def advice(python: str | None) -> str:
    """Return what would make the deployment better; ``python``: one of Lambda's version, if any."""
    if python:
        return ""
    wanted = ".".join(map(str, LAMBDA_PYTHON))
    return (
        f"note: no python{wanted} is here, so the layers go without bytecode and functions start slower."
        f" Install Python {wanted} (the interpreter alone is enough) and deploy again.\n"
    )


if __name__ == "__main__":
    try:
        check_deployable(stage_named(sys.argv[1]))
        print(advice(compiler(LAMBDA_PYTHON)), end="", file=sys.stderr)
    except (NotDeployableError, UnknownStageError) as error:
        sys.exit(str(error))
