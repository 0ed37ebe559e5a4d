"""Entry of cdk.json: one app, one stage, chosen by ``-c stage=…`` or the variable ``STAGE``.

The libraries of the larger stacks take seconds to load: each is imported by the function that needs it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aws_cdk import App, Aspects

from infra.config import StageConfig, stage_named
from infra.layers import build_layer
from infra.platform import Models, SearchIndex
from infra.stacks.app import AppStack, Surroundings
from infra.stacks.contexts import Contexts
from infra.stacks.data import DataStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.constructs.layers import LayerBuilder
    from infra.stacks.network import NetworkStack
    from infra.stacks.web import WebStack

# cdk.json's context reaches only the CDK's own command; these hold however the app is started.
_FLAGS = {
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    # By Fn::GetStackOutput instead of exports: no stack keeps another from renaming or replacing what it has.
    "@aws-cdk/core:defaultCrossStackReferences": "weak",
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
    from cdk_nag import AwsSolutionsChecks

    Aspects.of(app).add(AwsSolutionsChecks())


def compose(app: App, stage: StageConfig, *, build: LayerBuilder) -> None:
    """Make the stage's stacks; those it does not have are not made."""
    data = DataStack(app, stage=stage)
    web = _web(app, stage, data=data) if stage.has_cloudfront else None
    network = _network(app, stage) if stage.has_network else None
    surroundings = Surroundings(
        app_url=web.app_url if web else stage.app_url,
        models=_models(app, stage, data=data, network=network),
        index=_index(app, stage, network=network),
        network=network.network if network else None,
        gateway=web.gateway if web else None,
        build_layer=build,
    )
    shared = AppStack(app, stage=stage, data=data, surroundings=surroundings)
    contexts = Contexts(app, platform=shared.platform)
    if stage.has_alarms:
        from infra.stacks.observability import ObservabilityStack

        ObservabilityStack(app, stage=stage, shared=shared, contexts=contexts)


def _web(app: App, stage: StageConfig, *, data: DataStack) -> WebStack:
    from infra.stacks.web import WebStack

    return WebStack(app, stage=stage, data=data)


def _network(app: App, stage: StageConfig) -> NetworkStack:
    from infra.stacks.network import NetworkStack

    return NetworkStack(app, stage=stage)


def _models(app: App, stage: StageConfig, *, data: DataStack, network: NetworkStack | None) -> Models:
    own = {"endpoint": (), "bedrock": (stage.chat_model_id, stage.embedding_model_id), "server": ()}[
        stage.model_kind
    ]
    asked = [model for model in (*own, stage.fallback_chat_model_id) if model]
    arns = tuple(f"arn:aws:bedrock:{stage.region}::foundation-model/{model}" for model in asked)
    if stage.gpu and network:
        from infra.stacks.model import ModelStack

        return ModelStack(app, stage=stage, gpu=stage.gpu, network=network, data=data).models(stage, arns)
    return Models(
        endpoint_url=stage.model_endpoint_url,
        token_secret=data.model_token,
        chat_model_id=stage.chat_model_id,
        fallback_chat_model_id=stage.fallback_chat_model_id,
        embedding_model_id=stage.embedding_model_id,
        embedding_dimensions=stage.embedding_dimensions,
        bedrock_model_arns=arns,
    )


def _index(app: App, stage: StageConfig, *, network: NetworkStack | None) -> SearchIndex:
    if stage.search and network:
        from infra.stacks.search import SearchStack

        return SearchStack(app, stage=stage, size=stage.search, network=network).index
    return SearchIndex(kind=stage.index_kind, opensearch_url=stage.opensearch_url, domain_arn=None)


def main(environment: Mapping[str, str]) -> None:
    """Synthesise the chosen stage and check it."""
    probe = App()
    name = probe.node.try_get_context("stage") or environment.get("STAGE") or "local"
    app = build_app(stage_named(str(name), environment), outdir=environment.get("CDK_OUTDIR"))
    app.synth()


if __name__ == "__main__":
    main(os.environ)
