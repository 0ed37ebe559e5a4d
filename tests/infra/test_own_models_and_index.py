"""The stage with its own GPU and index keeps both private, encrypted and asked with proof."""

from functions.model_server.settings import ModelServerSettings
from tests.infra.synthesis import Synthesis


def containers(production: Synthesis) -> dict[str, dict]:
    (task,) = production.resources("AWS::ECS::TaskDefinition")
    return {each["Name"]: each for each in task.properties["ContainerDefinitions"]}


def test_the_model_server_gets_valid_settings(production: Synthesis):
    server = containers(production)["ModelServer"]
    environment = {each["Name"]: each["Value"] for each in server["Environment"]}
    known = {name.upper() for name in ModelServerSettings.model_fields}
    # AWS_REGION is the library's own addition.
    assert set(environment) - {"AWS_REGION"} <= known
    assert [each["Name"] for each in server["Secrets"]] == ["MODEL_SERVER_TOKEN"]
    settings = ModelServerSettings.from_environment({**environment, "MODEL_SERVER_TOKEN": "x" * 32})
    assert settings.model_upstream == "openai"


def test_the_model_server_and_functions_agree_on_names(production: Synthesis):
    environment = {
        each["Name"]: each["Value"] for each in containers(production)["ModelServer"]["Environment"]
    }
    for function in production.functions():
        variables = function.properties["Environment"]["Variables"]
        for name in ("CHAT_MODEL_ID", "EMBEDDING_MODEL_ID"):
            assert variables.get(name, environment[name]) == environment[name], function.where


def test_vllm_has_the_gpu_and_is_not_reached_from_outside(production: Synthesis):
    vllm = containers(production)["Vllm"]
    assert vllm["ResourceRequirements"] == [{"Type": "GPU", "Value": "1"}]
    assert "PortMappings" not in vllm
    assert vllm["Command"][vllm["Command"].index("--host") + 1] == "127.0.0.1"


def test_models_are_reached_over_tls_from_inside_only(production: Synthesis):
    (balancer,) = production.resources("AWS::ElasticLoadBalancingV2::LoadBalancer")
    (listener,) = production.resources("AWS::ElasticLoadBalancingV2::Listener")
    assert balancer.properties["Scheme"] == "internal"
    assert listener.properties["Protocol"] == "HTTPS"
    assert "TLS13" in listener.properties["SslPolicy"]


def test_only_functions_reach_index_and_models(production: Synthesis):
    for rule in production.resources("AWS::EC2::SecurityGroupIngress"):
        assert "SourceSecurityGroupId" in rule.properties, rule.where
        assert "CidrIp" not in rule.properties, rule.where
    for group in production.resources("AWS::EC2::SecurityGroup"):
        for rule in group.properties.get("SecurityGroupIngress", []):
            assert rule["CidrIp"].startswith("10."), group.where


def test_gpu_instances_need_signed_metadata_and_encrypt_their_disks(production: Synthesis):
    (template,) = production.resources("AWS::EC2::LaunchTemplate")
    data = template.properties["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert all(disk["Ebs"]["Encrypted"] for disk in data["BlockDeviceMappings"])


def test_the_model_service_scales_between_its_bounds(production: Synthesis):
    (target,) = production.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    gpu = production.stage.gpu
    assert gpu is not None
    assert (target.properties["MinCapacity"], target.properties["MaxCapacity"]) == (
        gpu.min_instances,
        gpu.max_instances,
    )


def test_the_index_is_encrypted_private_and_of_the_tested_version(production: Synthesis):
    (domain,) = production.resources("AWS::OpenSearchService::Domain")
    assert domain.properties["EngineVersion"] == "OpenSearch_2.19"
    assert domain.properties["EncryptionAtRestOptions"]["Enabled"]
    assert domain.properties["NodeToNodeEncryptionOptions"]["Enabled"]
    assert domain.properties["DomainEndpointOptions"]["EnforceHTTPS"]
    assert len(domain.properties["VPCOptions"]["SubnetIds"]) == 2
    logs = domain.properties["LogPublishingOptions"]
    assert {"SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS"} <= set(logs)


def test_nobody_asks_the_index_without_a_signature(production: Synthesis):
    (domain,) = production.resources("AWS::OpenSearchService::Domain")
    for statement in domain.properties["AccessPolicies"]["Statement"]:
        assert statement["Principal"] not in ("*", {"AWS": "*"})
        assert all(action.startswith("es:ESHttp") for action in statement["Action"])


def test_only_stages_that_have_them_pay_for_index_and_models(synthesised: dict[str, Synthesis]):
    costly = {
        "AWS::OpenSearchService::Domain",
        "AWS::ECS::Service",
        "AWS::EC2::NatGateway",
        "AWS::WAFv2::WebACL",
    }
    assert not costly & {resource.type for resource in synthesised["starter"].resources()}
