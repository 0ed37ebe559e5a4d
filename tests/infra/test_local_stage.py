"""The local stage asks the emulator for nothing that it refuses, and stays light."""

from pathlib import Path

from infra.config import stage_named
from infra.layers import LAMBDA_PYTHON
from tests.infra.synthesis import Synthesis

SERVICES = Path(__file__).parents[2] / "infra/services"
# Seen to be deployed by the emulator; what it refuses or hangs on is not among them.
UNDERSTOOD = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
}


def test_local_has_only_what_the_emulator_deploys(local: Synthesis):
    assert {resource.type for resource in local.resources()} <= UNDERSTOOD


def test_local_has_a_stack_for_data_one_for_what_is_shared_and_one_per_context(local: Synthesis):
    contexts = {path.stem for path in SERVICES.glob("[a-z]*.py") if "_" not in path.stem}
    assert set(local.templates) == {f"autosocial-local-{part}" for part in {"data", "app", *contexts}}


def test_no_stage_has_custom_resources(stage: Synthesis):
    kinds = {resource.type for resource in stage.resources()}
    assert not [kind for kind in kinds if kind.startswith("Custom::") or "CustomResource" in kind]
    runtimes = {function.properties["Runtime"] for function in stage.functions()}
    assert runtimes == {f"python{LAMBDA_PYTHON[0]}.{LAMBDA_PYTHON[1]}"}


def test_the_runner_finds_the_outputs_it_reads(local: Synthesis):
    outputs = {name for template in local.templates.values() for name in template.get("Outputs", {})}
    assert {"HttpApiId", "SocketApiId", "SocketStage", "ModelTokenSecretName", "UploadsBucket"} <= outputs


def test_the_runner_says_where_things_listen():
    stage = stage_named(
        "local",
        {
            "LOCAL_EDGE_URL": "http://127.0.0.1:9000",
            "LOCAL_EMULATOR_URL": "http://127.0.0.1:9001",
            "LOCAL_MODEL_URL": "http://127.0.0.1:9002",
            "LOCAL_INDEX": "opensearch",
            "LOCAL_OPENSEARCH_URL": "http://127.0.0.1:9003",
        },
    )
    assert stage.app_url == "http://127.0.0.1:9000"
    assert stage.socket_url_format == "ws://127.0.0.1:9001/_aws/execute-api/{api_id}/live"
    assert stage.socket_endpoint_format == "http://127.0.0.1:9001/_aws/execute-api/{api_id}/live"
    assert stage.model_endpoint_url == "http://127.0.0.1:9002"
    assert (stage.index_kind, stage.opensearch_url) == ("opensearch", "http://127.0.0.1:9003")
    assert not stage.has_network


def test_other_stages_do_not_listen_to_the_runner():
    moved = stage_named("production", {"LOCAL_EDGE_URL": "http://127.0.0.1:9000", "LOCAL_INDEX": "embedded"})
    assert moved == stage_named("production", {})
