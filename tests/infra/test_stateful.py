"""What people entrust to us: kept, recoverable, encrypted, private, and forgotten in time."""

from tests.infra.synthesis import Synthesis

STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


def test_stateful_resources_outlive_their_stack(aws_stage: Synthesis):
    for resource in aws_stage.resources(*STATEFUL):
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
