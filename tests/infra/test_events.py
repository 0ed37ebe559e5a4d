"""Facts: every outbox is followed, nothing else of a table is read, every listener has a queue."""

import json

from autosocial.adapters.eventbridge.bus import SOURCE
from tests.infra.synthesis import Resource, Synthesis, as_list
from tests.infra.test_queues import followed_streams

STREAM_ACTIONS = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}


def outboxes(stage: Synthesis) -> dict[str, Resource]:
    tables = stage.resources("AWS::DynamoDB::Table")
    return {table.logical_id: table for table in tables if "StreamSpecification" in table.properties}


def rules(stage: Synthesis) -> list[Resource]:
    """Return the rules on the bus of facts."""
    return [each for each in stage.resources("AWS::Events::Rule") if "EventBusName" in each.properties]


def test_tables_with_facts_have_a_stream_of_new_items(stage: Synthesis):
    names = {name.partition("Table")[0] for name in outboxes(stage)}
    assert {"Auth", "Documents", "Conversations"} <= names
    for table in outboxes(stage).values():
        assert table.properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}, table.where


def test_the_relay_follows_every_outbox_and_nothing_else_of_the_table(stage: Synthesis):
    followed = {
        stage.referred(each.properties["EventSourceArn"]).logical_id for each in followed_streams(stage)
    }
    assert followed == set(outboxes(stage))
    for mapping in followed_streams(stage):
        function = stage.referred(mapping.properties["FunctionName"])
        assert function.properties["Handler"] == "functions.events.relay.handler.handler"
        (wanted,) = mapping.properties["FilterCriteria"]["Filters"]
        pattern = json.loads(wanted["Pattern"])
        key = "pk" if "AuthTable" in stage.readable(mapping.properties["EventSourceArn"]) else "sk"
        assert pattern == {
            "eventName": ["INSERT"],
            "dynamodb": {"Keys": {key: {"S": [{"prefix": "EVENT#"}]}}},
        }, mapping.where


def test_a_record_that_cannot_be_relayed_ends_and_is_told(stage: Synthesis):
    for mapping in followed_streams(stage):
        assert mapping.properties["MaximumRecordAgeInSeconds"] <= 24 * 3600, "a stream keeps a day"
        assert 0 < mapping.properties["MaximumRetryAttempts"] <= 100
        assert mapping.properties["BisectBatchOnFunctionError"] is True
        assert mapping.properties["StartingPosition"] == "TRIM_HORIZON"
        assert mapping.properties["DestinationConfig"]["OnFailure"]["Destination"]


def test_only_the_relay_reads_streams(stage: Synthesis):
    readers = {
        function.properties["Handler"]
        for function in stage.functions()
        for statement in stage.statements(function.properties["Role"]["Fn::GetAtt"][0])
        if STREAM_ACTIONS & set(as_list(statement["Action"]))
    }
    assert readers == {"functions.events.relay.handler.handler"}


def test_only_the_relay_puts_facts_on_the_bus(stage: Synthesis):
    for function in stage.functions():
        statements = stage.statements(function.properties["Role"]["Fn::GetAtt"][0])
        may = any("events:PutEvents" in as_list(statement["Action"]) for statement in statements)
        assert may == ("events.relay" in function.properties["Handler"]), function.where


def test_there_is_one_bus_of_facts_with_a_name_of_its_own(stage: Synthesis):
    (bus,) = stage.resources("AWS::Events::EventBus")
    assert bus.properties["Name"] == f"autosocial-{stage.stage.name}-facts"
    for rule in rules(stage):
        assert bus.properties["Name"] in stage.readable(rule.properties["EventBusName"]), rule.where


def test_a_rule_gives_facts_to_a_queue_and_never_to_a_function(stage: Synthesis):
    for rule in rules(stage):
        assert rule.properties["EventPattern"]["source"] == [SOURCE], rule.where
        assert rule.properties["EventPattern"]["detail-type"], rule.where
        for target in rule.properties["Targets"]:
            assert stage.referred(target["Arn"]).type == "AWS::SQS::Queue", rule.where
            assert target["InputPath"] == "$.detail", "the queue's messages are envelopes"
            assert target["DeadLetterConfig"], rule.where


def test_facts_can_be_replayed_where_data_is_kept(aws_stage: Synthesis, local: Synthesis):
    (archive,) = aws_stage.resources("AWS::Events::Archive")
    assert archive.body["DeletionPolicy"] == "Retain"
    assert archive.properties["RetentionDays"] >= 14
    assert not list(local.resources("AWS::Events::Archive"))


def test_what_the_relay_puts_aside_tells_people(aws_stage: Synthesis):
    (parked,) = {
        aws_stage.referred(each.properties["DestinationConfig"]["OnFailure"]["Destination"]).logical_id
        for each in followed_streams(aws_stage)
    }
    watched = [
        each
        for each in aws_stage.resources("AWS::CloudWatch::Alarm")
        if each.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and each.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0] == parked
    ]
    assert len(watched) == 1
