"""An event bus in this process (moto) with a queue that hears all of it."""

import json
from typing import Any

import boto3
import msgspec

from autosocial.contracts.events import Envelope
from tests.fakes.cloud import REGION


class BusWithListener:
    """A bus and, by a rule as infra makes it, one queue."""

    name = "facts"

    def __init__(self) -> None:
        events = boto3.client("events", region_name=REGION)
        self._sqs = boto3.client("sqs", region_name=REGION)
        self._url = self._sqs.create_queue(QueueName="listener")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        events.create_event_bus(Name=self.name)
        pattern = json.dumps({"source": ["autosocial"]})
        events.put_rule(Name="all", EventBusName=self.name, EventPattern=pattern)
        target: Any = {"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}
        events.put_targets(Rule="all", EventBusName=self.name, Targets=[target])

    def heard(self) -> list[Envelope]:
        """Return what came since the last call, in order."""
        found: list[Envelope] = []
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                # The whole event: moto does not take what the rule says of the input.
                found.append(msgspec.convert(json.loads(message["Body"])["detail"], Envelope))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return found
