"""No message is lost: every queue, rule and consumer has what it takes."""

from autosocial.conversations.attempts import ABANDONED_AFTER
from autosocial.runtime.queue import HIDDEN_SECONDS
from functions.conversations.answer.settings import AnswerSettings
from tests.infra.synthesis import Resource, Synthesis

DAY = 24 * 3600


def dead_letter_queues(stage: Synthesis) -> set[str]:
    """Logical ids of queues that other queues or rules give up to."""
    found = set()
    for queue in stage.resources("AWS::SQS::Queue"):
        redrive = queue.properties.get("RedrivePolicy")
        if redrive:
            found.add(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0])
    for rule in stage.resources("AWS::Events::Rule"):
        found |= {target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] for target in rule.properties["Targets"]}
    for mapping in followed_streams(stage):
        found.add(
            stage.referred(mapping.properties["DestinationConfig"]["OnFailure"]["Destination"]).logical_id
        )
    return found


def work_queues(stage: Synthesis) -> list[Resource]:
    dead = dead_letter_queues(stage)
    return [queue for queue in stage.resources("AWS::SQS::Queue") if queue.logical_id not in dead]


def consumed_queues(stage: Synthesis) -> list[tuple[Resource, Resource]]:
    """Return every queue that a function consumes, with the function."""
    return [
        (stage.referred(each.properties["EventSourceArn"]), stage.referred(each.properties["FunctionName"]))
        for each in stage.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" not in each.properties
    ]


def followed_streams(stage: Synthesis) -> list[Resource]:
    """Return the mappings of streams of tables."""
    mappings = stage.resources("AWS::Lambda::EventSourceMapping")
    return [each for each in mappings if "StartingPosition" in each.properties]


def test_every_consumed_queue_gives_up_but_not_before_its_consumer_did(stage: Synthesis):
    # Three tries, each with a few more receives while another worker seems to have the message.
    for queue, _ in consumed_queues(stage):
        assert 15 <= queue.properties["RedrivePolicy"]["maxReceiveCount"] <= 50, queue.where


def test_every_queue_is_encrypted_and_asked_over_tls(stage: Synthesis):
    guarded = {
        each["Ref"]
        for policy in stage.resources("AWS::SQS::QueuePolicy")
        for each in policy.properties["Queues"]
    }
    for queue in stage.resources("AWS::SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True, queue.where
        assert queue.logical_id in guarded, queue.where


def test_dead_letters_outlive_the_queue_they_come_from(stage: Synthesis):
    for queue in work_queues(stage):
        dead = stage.named(queue.properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0])
        assert dead.properties["MessageRetentionPeriod"] == 14 * DAY, dead.where
        assert (
            queue.properties["MessageRetentionPeriod"] + 4 * DAY <= dead.properties["MessageRetentionPeriod"]
        )
        assert queue.properties.get("FifoQueue") == dead.properties.get("FifoQueue"), queue.where


def test_messages_stay_hidden_as_long_as_their_consumer_may_run_and_no_longer(stage: Synthesis):
    # Less is refused by Lambda; more is how long a message waits whose worker could not even be started.
    assert consumed_queues(stage)
    for queue, function in consumed_queues(stage):
        longest = max(60, function.properties["Timeout"])
        assert function.properties["Timeout"] <= queue.properties["VisibilityTimeout"] <= longest, queue.where


def test_an_answer_may_take_what_the_model_may_and_half_a_minute(stage: Synthesis):
    (answer,) = [each for each in stage.functions() if "conversations.answer." in each.properties["Handler"]]
    assert answer.properties["Timeout"] == AnswerSettings.answer_seconds + 30
    assert ABANDONED_AFTER.total_seconds() >= answer.properties["Timeout"] + HIDDEN_SECONDS


def test_consumers_report_failed_messages_one_by_one(stage: Synthesis):
    for mapping in stage.resources("AWS::Lambda::EventSourceMapping"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping.where


def test_every_dead_letter_queue_that_nobody_consumes_tells_people(aws_stage: Synthesis):
    watched = {}
    for alarm in aws_stage.resources("AWS::CloudWatch::Alarm"):
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible":
            queue = alarm.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
            watched[queue] = alarm
    consumed = {queue.logical_id for queue, _ in consumed_queues(aws_stage)}
    for queue in dead_letter_queues(aws_stage) - consumed:
        assert watched[queue].properties["Threshold"] == 1, queue
        assert watched[queue].properties["AlarmActions"], queue


def test_every_consumed_queue_tells_when_messages_wait(aws_stage: Synthesis):
    watched = {
        alarm.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in aws_stage.resources("AWS::CloudWatch::Alarm")
        if alarm.properties.get("MetricName") == "ApproximateAgeOfOldestMessage"
    }
    assert {queue.logical_id for queue, _ in consumed_queues(aws_stage)} <= watched


def test_every_rule_says_how_often_and_how_long_it_tries(stage: Synthesis):
    for rule in stage.resources("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            assert {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"} <= set(target["RetryPolicy"]), (
                rule.where
            )
