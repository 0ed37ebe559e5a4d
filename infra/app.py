"""Entry of cdk.json: one app, one stage, chosen by ``-c stage=…`` or the variable ``STAGE``."""

import os
from collections.abc import Mapping

from aws_cdk import App, Aspects
from cdk_nag import AwsSolutionsChecks

from infra.config import StageConfig, stage_named
from infra.constructs.layers import LayerBuilder
from infra.layers import build_layer
from infra.platform import Models, Network, SearchIndex
from infra.stacks.app import AppStack, Surroundings
from infra.stacks.data import DataStack

# cdk.json's context reaches only the CDK's own command; these hold however the app is started.
_FLAGS = {
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    "@aws-cdk/aws-iam:minimizePolicies": True,
    # What is deployed is built by us into folders of its own: no need to copy it again.
    "aws:cdk:disable-asset-staging": True,
}


def build_app(stage: StageConfig, *, outdir: str | None = None, build: LayerBuilder = build_layer) -> App:
    """Return the app of ``stage``; synth is pure but for layers that are not built yet."""
    app = App(outdir=outdir, analytics_reporting=False, context=_FLAGS)
    compose(app, stage, build=build)
    if stage.checks_every_synth:
        check(app)
    return app


def check(app: App) -> None:
    """Have the security checks look at every resource."""
    Aspects.of(app).add(AwsSolutionsChecks())


def compose(app: App, stage: StageConfig, *, build: LayerBuilder) -> AppStack:
    """Make the stage's stacks; those it does not have are not made."""
    data = DataStack(app, stage=stage)
    network: Network | None = None
    models = Models(
        endpoint_url=stage.model_endpoint_url,
        token_secret=data.model_token,
        chat_model_id=stage.chat_model_id,
        fallback_chat_model_id=stage.fallback_chat_model_id,
        embedding_model_id=stage.embedding_model_id,
        embedding_dimensions=stage.embedding_dimensions,
        bedrock_model_arns=(),
    )
    index = SearchIndex(kind=stage.index_kind, opensearch_url=stage.opensearch_url, domain_arn=None)
    surroundings = Surroundings(
        app_url=stage.app_url, models=models, index=index, network=network, gateway=None, build_layer=build
    )
    return AppStack(app, stage=stage, data=data, surroundings=surroundings)


def main(environment: Mapping[str, str]) -> None:
    """Synthesise the chosen stage and check it."""
    probe = App()
    name = probe.node.try_get_context("stage") or environment.get("STAGE") or "local"
    app = build_app(stage_named(str(name), environment), outdir=environment.get("CDK_OUTDIR"))
    app.synth()


if __name__ == "__main__":
    main(os.environ)
