"""No message is lost: every queue, rule and consumer has what it takes."""

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
    return found


def work_queues(stage: Synthesis) -> list[Resource]:
    dead = dead_letter_queues(stage)
    return [queue for queue in stage.resources("AWS::SQS::Queue") if queue.logical_id not in dead]


def test_every_queue_gives_up_after_a_few_tries(stage: Synthesis):
    assert work_queues(stage)
    for queue in work_queues(stage):
        assert 3 <= queue.properties["RedrivePolicy"]["maxReceiveCount"] <= 5, queue.where


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


def test_messages_stay_hidden_six_times_as_long_as_their_consumer_may_run(stage: Synthesis):
    consumed = list(stage.resources("AWS::Lambda::EventSourceMapping"))
    assert consumed
    for mapping in consumed:
        queue = stage.referred(mapping.properties["EventSourceArn"])
        function = stage.referred(mapping.properties["FunctionName"])
        assert queue.properties["VisibilityTimeout"] >= 6 * function.properties["Timeout"], queue.where


def test_consumers_report_failed_messages_one_by_one(stage: Synthesis):
    for mapping in stage.resources("AWS::Lambda::EventSourceMapping"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping.where


def test_every_dead_letter_queue_tells_people(aws_stage: Synthesis):
    watched = {}
    for alarm in aws_stage.resources("AWS::CloudWatch::Alarm"):
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible":
            queue = alarm.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
            watched[queue] = alarm
    for queue in dead_letter_queues(aws_stage):
        assert watched[queue].properties["Threshold"] == 1, queue
        assert watched[queue].properties["AlarmActions"], queue


def test_every_work_queue_tells_when_messages_wait(aws_stage: Synthesis):
    watched = {
        alarm.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in aws_stage.resources("AWS::CloudWatch::Alarm")
        if alarm.properties.get("MetricName") == "ApproximateAgeOfOldestMessage"
    }
    assert {queue.logical_id for queue in work_queues(aws_stage)} <= watched


def test_every_rule_says_how_often_and_how_long_it_tries(stage: Synthesis):
    for rule in stage.resources("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            assert {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"} <= set(target["RetryPolicy"]), (
                rule.where
            )
