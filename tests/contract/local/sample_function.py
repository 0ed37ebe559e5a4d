"""One function in all roles of the sample app: what the corrected emulator must get right."""

import json
import os
import time
from pathlib import Path

import boto3

if (Path(os.environ["TMPDIR"]) / "no-worker-starts").exists():
    raise RuntimeError("on purpose")


class OurOwnError(Exception):
    """Something a state machine catches by name."""


def http(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"].get("authorizer", {}))}


def authorizer(event, context):
    return {
        "isAuthorized": event["headers"].get("authorization") == "Bearer good",
        "context": {"creator_id": "C1"},
    }


def socket_authorizer(event, context):
    effect = "Allow" if event["queryStringParameters"].get("ticket") == "good" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "V1", "policyDocument": policy, "context": {"creator_id": "C1", "role": "visitor"}}


def socket(event, context):
    call = event["requestContext"]
    if call["eventType"] == "MESSAGE":
        place = f"{os.environ['AWS_ENDPOINT_URL']}/_aws/execute-api/{call['apiId']}/{call['stage']}"
        data = json.dumps({"authorizer": call["authorizer"], "body": event["body"]}).encode()
        client = boto3.client("apigatewaymanagementapi", endpoint_url=place)
        client.post_to_connection(ConnectionId=call["connectionId"], Data=data)
    return {"statusCode": 200}


def consume(event, context):
    """Work on one message: a numbered one until one of that number runs in another group, too."""
    (record,) = event["Records"]
    group, body = record["attributes"]["MessageGroupId"], record["body"]
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    receives = record["attributes"].get("ApproximateReceiveCount", "")
    item = {"pk": group, "sk": body, "receives": receives, "beside": _running(table, group)}
    item["started"] = str(time.time())
    table.put_item(Item=item)
    if body == "busy":
        _wait_for(lambda: "Item" in table.get_item(Key={"pk": group, "sk": "go on"}))
    elif body[0].isdigit():
        item["met"] = _wait_for(lambda: any(sk[0] == body[0] and sk != body for sk in _bodies(table)))
    table.put_item(Item={**item, "ended": str(time.time())})
    return {"batchItemFailures": []}


def follow(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    failed = []
    for record in event["Records"]:
        item = {name: value["S"] for name, value in record["dynamodb"]["NewImage"].items()}
        if item["how"] == "raise":
            raise OurOwnError("on purpose")
        if item["how"] == "report":
            failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
        elif item["how"] == "slowly":
            time.sleep(5.0)
        if item["how"] != "report":
            table.put_item(Item={"pk": item["pk"], "sk": item["sk"], "ended": str(time.time())})
    return {"batchItemFailures": failed}


def _wait_for(reached):
    until = time.monotonic() + 45
    while not reached() and time.monotonic() < until:
        time.sleep(0.05)
    return reached()


def _running(table, group):
    """Return the messages of this group that are being worked on."""
    items = table.scan(ConsistentRead=True)["Items"]
    return [item["sk"] for item in items if item["pk"] == group and "started" in item and "ended" not in item]


def _bodies(table):
    return [item["sk"] for item in table.scan(ConsistentRead=True)["Items"] if "started" in item]


def hold(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={"pk": "held", "sk": "begun"})
    _wait_for(lambda: "Item" in table.get_item(Key={"pk": "held", "sk": "go on"}))
    return "held"


def fail(event, context):
    raise OurOwnError("on purpose")


def environment(event, context):
    return dict(os.environ)
