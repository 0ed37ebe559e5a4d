"""A stack of one stage: its name, its place, and what its templates ask of the account."""

from aws_cdk import DefaultStackSynthesizer, Environment, Stack, Tags
from constructs import Construct

from infra.config import StageConfig


class StageStack(Stack):
    """``autosocial-<stage>-<part>``."""

    def __init__(self, scope: Construct, part: str, *, stage: StageConfig) -> None:
        super().__init__(
            scope,
            stage.named(part),
            env=Environment(account=stage.account, region=stage.region),
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=stage.has_bootstrap_version),
            termination_protection=stage.retains_data,
        )
        self.stage_config = stage
        Tags.of(self).add("application", "autosocial")
        Tags.of(self).add("stage", stage.name)
