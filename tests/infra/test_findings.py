"""The security checks find nothing that is not explained on its resource."""

import json

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from infra.app import check
from tests.infra.synthesis import Synthesis


def test_no_stage_has_a_finding_or_a_warning(stage: Synthesis):
    assert stage.findings == []


def test_the_checks_do_find_a_bad_bucket():
    app = App()
    s3.Bucket(Stack(app, "Bad"), "Bucket")
    check(app)
    found = [str(message.entry.data) for stack in app.synth().stacks for message in stack.messages]
    assert any("AwsSolutions-S10" in each for each in found)


def test_every_explanation_is_on_a_resource_and_says_something(stage: Synthesis):
    for stack, template in stage.templates.items():
        assert "cdk_nag" not in json.dumps(template.get("Metadata", {})), f"{stack} is excused as a whole"
    for resource in stage.resources():
        for rule in resource.body.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", []):
            assert len(rule["reason"]) > 20, (resource.where, rule)
