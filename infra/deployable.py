"""``python -m infra.deployable STAGE``: refuses at once what a deployment would only find after an hour."""

import sys

from infra.config import StageConfig, UnknownStageError, stage_named


class NotDeployableError(ValueError):
    """Something must be decided before this stage is deployed."""


def check_deployable(stage: StageConfig) -> None:
    """Raise, saying what to set and where, unless the stage can be deployed."""
    if stage.domain is not None and stage.lacks_its_domain:
        raise NotDeployableError(
            f"Stage {stage.name} needs a domain of yours: {stage.domain.name} stands there as an example. "
            f"Set name and hosted_zone_id of its DomainConfig (a public Route 53 zone) in infra/config.py."
        )


if __name__ == "__main__":
    try:
        check_deployable(stage_named(sys.argv[1]))
    except (NotDeployableError, UnknownStageError) as error:
        sys.exit(str(error))
