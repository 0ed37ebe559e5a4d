"""What people entrust to us: kept, recoverable, encrypted, private, and forgotten in time."""

import json
from pathlib import Path

from tests.infra.synthesis import Resource, Synthesis

KEPT = Path(__file__).parents[1] / "data/infra/kept_resources.json"
# What a change of makes CloudFormation replace the resource, and an empty one takes its place.
REPLACING = (
    "TableName",
    "KeySchema",
    "BucketName",
    "KeySpec",
    "KeyUsage",
    "Name",
    "DomainName",
    "ProtocolType",
)
STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::Events::Archive",
    "AWS::KMS::Key",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


def is_made_anew(resource: Resource) -> bool:
    """Nothing is lost with the edge's secrets: the edge and the API learn the next ones together."""
    return resource.logical_id.startswith("GatewayEdgeSecret")


def test_stateful_resources_outlive_their_stack(aws_stage: Synthesis):
    for resource in aws_stage.resources(*STATEFUL):
        if is_made_anew(resource):
            continue
        assert resource.body["DeletionPolicy"] == "Retain", resource.where
        assert resource.body["UpdateReplacePolicy"] == "Retain", resource.where


def test_no_other_stateful_kind_slipped_in(stage: Synthesis):
    kinds = {resource.type for resource in stage.resources()}
    stores = ("RDS", "EFS", "ElastiCache", "Neptune", "DocDB", "Kinesis", "FSx", "Cognito")
    assert not [kind for kind in kinds if kind.split("::")[1] in stores]


def test_the_local_stage_leaves_nothing_behind(local: Synthesis):
    for resource in local.resources(*STATEFUL):
        assert resource.body["DeletionPolicy"] == "Delete", resource.where


def test_tables_expire_recover_and_are_encrypted(stage: Synthesis):
    tables = list(stage.resources("AWS::DynamoDB::Table"))
    assert len(tables) == 6
    for table in tables:
        ttl = {"AttributeName": "expires_at", "Enabled": True}
        assert table.properties["TimeToLiveSpecification"] == ttl, table.where
        assert table.properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], table.where
        assert table.properties["SSESpecification"]["SSEEnabled"], table.where
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST", table.where


def test_every_index_is_partitioned_as_its_table(stage: Synthesis):
    for table in stage.resources("AWS::DynamoDB::Table"):
        for index in table.properties.get("GlobalSecondaryIndexes", []):
            partition = next(key for key in index["KeySchema"] if key["KeyType"] == "HASH")
            assert partition["AttributeName"] == "pk", table.where


def test_buckets_are_private_versioned_encrypted_and_asked_over_tls(stage: Synthesis):
    policies = {
        policy.properties["Bucket"]["Ref"]: policy for policy in stage.resources("AWS::S3::BucketPolicy")
    }
    for bucket in stage.resources("AWS::S3::Bucket"):
        assert all(bucket.properties["PublicAccessBlockConfiguration"].values()), bucket.where
        assert len(bucket.properties["PublicAccessBlockConfiguration"]) == 4, bucket.where
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}, bucket.where
        assert bucket.properties["BucketEncryption"], bucket.where
        denied = [
            statement
            for statement in policies[bucket.logical_id].properties["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, bucket.where


def test_deleted_objects_are_gone_soon(stage: Synthesis):
    for bucket in stage.resources("AWS::S3::Bucket"):
        if bucket.logical_id.startswith(("Uploads", "Knowledge")):
            rules = bucket.properties["LifecycleConfiguration"]["Rules"]
            assert {"NoncurrentDays": 1} in [rule.get("NoncurrentVersionExpiration") for rule in rules]


def test_uploads_tell_of_new_objects_without_a_custom_resource(stage: Synthesis):
    (uploads,) = [
        each for each in stage.resources("AWS::S3::Bucket") if each.logical_id.startswith("Uploads")
    ]
    told = uploads.properties["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert told == {"EventBridgeEnabled": True}


def test_only_the_uploads_form_is_allowed_from_other_origins(stage: Synthesis):
    for bucket in stage.resources("AWS::S3::Bucket"):
        rules = bucket.properties.get("CorsConfiguration", {}).get("CorsRules", [])
        assert {method for rule in rules for method in rule["AllowedMethods"]} <= {"POST"}, bucket.where
        assert not rules or bucket.logical_id.startswith("Uploads")


def test_the_signing_key_signs_es256_and_never_leaves_kms(stage: Synthesis):
    (key,) = stage.resources("AWS::KMS::Key")
    assert (key.properties["KeySpec"], key.properties["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


def test_logs_are_forgotten(stage: Synthesis):
    groups = list(stage.resources("AWS::Logs::LogGroup"))
    assert groups
    for group in groups:
        assert group.properties["RetentionInDays"] == stage.stage.log_retention_days, group.where


def test_no_template_holds_a_secret(stage: Synthesis):
    for secret in stage.resources("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret.properties, secret.where
        assert secret.properties["GenerateSecretString"], secret.where


def identity(resource: Resource) -> dict:
    kept = {name: resource.properties[name] for name in REPLACING if name in resource.properties}
    return {"type": resource.type, **kept}


def test_no_deployment_moves_or_replaces_what_people_entrusted_to_us(aws_stage: Synthesis):
    """A resource that left its stack or changed its keys would come back empty. The list only grows."""
    now = {resource.where: resource for resource in aws_stage.resources()}
    for where, was in json.loads(KEPT.read_text())[aws_stage.stage.name].items():
        assert where in now, f"{where} is gone"
        is_now = identity(now[where])
        assert {name: is_now.get(name) for name in was} == was, where


def test_no_stack_keeps_another_from_renaming_what_it_has(stage: Synthesis):
    for name, template in stage.templates.items():
        assert not [each for each in template.get("Outputs", {}).values() if "Export" in each], name
        assert "Fn::ImportValue" not in json.dumps(template), name


def test_every_stack_has_room_to_grow(stage: Synthesis):
    for name, template in stage.templates.items():
        assert len(template["Resources"]) < 250, name
