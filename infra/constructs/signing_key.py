"""The KMS key that signs access tokens: ES256, the private half never leaves KMS."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import StageConfig


class SigningKey(Construct):
    """An asymmetric key; its public half is published as a key set by ``auth``."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            description=f"Signs access tokens of AutoSocial {stage.name}",
            removal_policy=RemovalPolicy.RETAIN if stage.retains_data else RemovalPolicy.DESTROY,
        )

    @property
    def arn(self) -> str:
        """The key's ARN, for settings and grants."""
        return self.key.key_arn
