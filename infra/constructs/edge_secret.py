"""What CloudFront proves itself with to the API, whose own address is open to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.findings import explain

if TYPE_CHECKING:
    from infra.config import StageConfig
    from infra.constructs.python_function import PythonFunction

EDGE_HEADER = "X-Origin-Verify"
_NAMES = ("A", "B")
_CHARS = 48


class EdgeSecret(Construct):
    """Two secrets: the edge shows one, the API believes both.

    One is renewed while it rests, known to the API before the edge changes to it, so that no request is
    refused on the way: raise the stage's ``edge_secret_step`` by one and deploy, twice, at least five minutes
    apart. An API with a domain of its own could close its other address instead
    (``disable_execute_api_endpoint``); CloudFront reaches ours by that very address.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        generations = generations_at(stage.edge_secret_step)
        self._secrets = [
            self._secret(name, generation) for name, generation in zip(_NAMES, generations, strict=True)
        ]
        self._shown = self._secrets[shown_at(stage.edge_secret_step)]

    @property
    def headers(self) -> dict[str, str]:
        """What the edge adds to each request; the value itself is in no template."""
        return {EDGE_HEADER: self._shown.secret_value.unsafe_unwrap()}

    def connect(self, function: PythonFunction) -> None:
        """Set ``EDGE_SECRET_ARNS`` and let ``function`` read the secrets."""
        arns = [secret.secret_arn for secret in self._secrets]
        function.set("EDGE_SECRET_ARNS", ",".join(arns))
        function.allow("secretsmanager:GetSecretValue", on=arns)

    def _secret(self, name: str, generation: int) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            name,
            description="Shown by CloudFront to the API",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                # A new value is made when a property changes, and only then.
                password_length=_CHARS + generation % 2,
                exclude_punctuation=True,
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        explain(secret, "AwsSolutions-SMG4", "Renewed by a deployment, because CloudFront learns it by one.")
        return secret


def shown_at(step: int) -> int:
    """Return which of the two secrets the edge shows: it changes at every even step."""
    return step // 2 % 2


def generations_at(step: int) -> tuple[int, int]:
    """Return how often each secret has been renewed: the resting one is, at every odd step."""
    return (step + 1) // 4, (step + 3) // 4
