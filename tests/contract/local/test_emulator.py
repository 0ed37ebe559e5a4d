"""The emulator as we start it, seen through what our app relies on and plain MiniStack gets wrong."""

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import websockets

from infra.local import emulator
from infra.local.assembly import read_plans
from infra.local.cloud import LocalCloud
from infra.local.config import ACCOUNT, REGION, LocalConfig, Ports
from infra.local.console import LocalStackError
from infra.local.corrections import apply_corrections
from infra.local.deployment import Deployment
from infra.local.processes import Children, wait_until
from tests.contract.local.sample_app import write_assembly
from tests.free_ports import free_port

# How long a loaded machine may take; nothing is asserted of it.
PATIENCE_SECONDS = 90


class Sample:
    """The sample app on a running emulator."""

    def __init__(self, folder):
        self.assembly = folder / "cdk.out"
        ports = Ports(edge=1, demo=1, model=1, emulator=free_port(), opensearch=1)
        self.config = LocalConfig(folder / "state", ports, "embedded", "extractive", "", seed=False)
        self.children = Children(self.config.logs)
        self.cloud = LocalCloud(self.config.emulator_url)

    def start(self):
        emulator.prepare_environment()
        emulator.start(self.config, self.children)

    def deploy(self, **options):
        write_assembly(self.assembly, **options)
        plans = read_plans(self.assembly, ACCOUNT, REGION)
        deployment = Deployment(self.cloud)
        done = deployment.deploy(plans)
        apply_corrections(self.cloud, deployment, plans[0])
        self.outputs = deployment.outputs(plans)
        return done["sample"]

    @property
    def http_url(self):
        return f"{self.config.emulator_url}/_aws/execute-api/{self.outputs['HttpApiId']}/$default"

    def socket_url(self, ticket):
        place = f"/_aws/execute-api/{self.outputs['SocketApiId']}/live?ticket={ticket}"
        return self.config.emulator_url.replace("http", "ws") + place


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    sample = Sample(tmp_path_factory.mktemp("emulator"))
    try:
        sample.start()
        sample.deploy()
        yield sample
    finally:
        sample.children.stop_all()


def test_deploying_again_changes_nothing(sample):
    assert sample.deploy() == "unchanged"


def test_a_refusal_of_the_authorizer_can_be_read_by_a_page_of_another_origin(sample):
    origin = {"Origin": "http://elsewhere.test"}
    refused = httpx.get(f"{sample.http_url}/who", headers=origin)
    let_in = httpx.get(f"{sample.http_url}/who", headers={**origin, "Authorization": "Bearer good"})
    asked = httpx.options(
        f"{sample.http_url}/who", headers={**origin, "Access-Control-Request-Method": "GET"}
    )

    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
    assert (let_in.status_code, let_in.json()) == (200, {"lambda": {"creator_id": "C1"}})
    assert let_in.headers["access-control-allow-origin"] == "*"
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")


async def test_the_caller_verified_at_connect_comes_with_every_message(sample):
    async with websockets.connect(sample.socket_url("good")) as connection:
        await connection.send("hello")
        answer = json.loads(await asyncio.wait_for(connection.recv(), PATIENCE_SECONDS))

    assert answer["body"] == "hello"
    assert answer["authorizer"] == {"creator_id": "C1", "role": "visitor", "principalId": "V1"}


async def test_a_bad_ticket_does_not_connect(sample):
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await websockets.connect(sample.socket_url("bad"))
    assert refusal.value.response.status_code == 403


def test_groups_of_a_fifo_queue_run_side_by_side_and_each_in_order(sample):
    queue, table = sample.cloud.client("sqs"), sample.cloud.client("dynamodb")
    for body in ("1", "2"):
        for group in ("a", "b"):
            queue.send_message(
                QueueUrl=sample.outputs["QueueUrl"], MessageBody=body + group, MessageGroupId=group
            )

    def ended():
        found = table.scan(TableName=sample.outputs["TableName"])["Items"]
        return [item for item in found if item["pk"]["S"] in {"a", "b"} and "ended" in item]

    # Each message ends when it meets the one of the other group, so neither group may wait for the other.
    assert wait_until(lambda: len(ended()) == 4, timeout_seconds=PATIENCE_SECONDS)
    assert all(item["met"]["BOOL"] for item in ended()), "groups do not wait for each other"
    assert not any(item["beside"]["L"] for item in ended()), "one after the other within a group"


def test_a_worker_that_cannot_start_leaves_the_others_of_its_function_alone(sample):
    functions, table = sample.cloud.client("lambda"), sample.cloud.client("dynamodb")
    name, table_name = sample.outputs["HoldFunction"], sample.outputs["TableName"]
    flag = sample.config.state / "emulator/tmp/no-worker-starts"

    def key(sort_key):
        return {"pk": {"S": "held"}, "sk": {"S": sort_key}}

    with ThreadPoolExecutor() as pool:
        running = pool.submit(functions.invoke, FunctionName=name)
        assert wait_until(
            lambda: "Item" in table.get_item(TableName=table_name, Key=key("begun")),
            timeout_seconds=PATIENCE_SECONDS,
        )
        flag.touch()
        assert "FunctionError" in functions.invoke(FunctionName=name), "a second worker had to start"
        flag.unlink()
        table.put_item(TableName=table_name, Item=key("go on"))
        assert json.loads(running.result()["Payload"].read()) == "held"
    assert "FunctionError" not in functions.invoke(FunctionName=name)


def test_a_message_whose_invocation_is_refused_comes_again_soon_and_spends_no_receive(sample):
    functions, table = sample.cloud.client("lambda"), sample.cloud.client("dynamodb")
    name = sample.outputs["ConsumeFunction"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)

    def item(sort_key):
        key = {"pk": {"S": "full"}, "sk": {"S": sort_key}}
        return table.get_item(TableName=sample.outputs["TableName"], Key=key).get("Item")

    def is_refused():
        return "refused: as many run" in (sample.config.logs / "emulator.log").read_text()

    busy = {"Records": [{"body": "busy", "attributes": {"MessageGroupId": "full"}}]}
    with ThreadPoolExecutor() as pool:
        running = pool.submit(functions.invoke, FunctionName=name, Payload=json.dumps(busy))
        assert wait_until(lambda: item("busy"), timeout_seconds=PATIENCE_SECONDS)
        sample.cloud.client("sqs").send_message(
            QueueUrl=sample.outputs["QueueUrl"], MessageBody="refused", MessageGroupId="full"
        )
        assert wait_until(is_refused, timeout_seconds=PATIENCE_SECONDS)
        table.put_item(
            TableName=sample.outputs["TableName"], Item={"pk": {"S": "full"}, "sk": {"S": "go on"}}
        )
        running.result()
    # Below the queue's visibility, however long this takes.
    assert wait_until(lambda: item("refused"), timeout_seconds=PATIENCE_SECONDS)
    functions.delete_function_concurrency(FunctionName=name)

    assert item("busy")["ended"]["S"] <= item("refused")["started"]["S"]
    assert item("refused")["receives"]["S"] == "1"


def follow(sample, pk, **hows):
    """Put items into the table that is followed; ``hows``: by name how the function takes each."""
    for name, how in hows.items():
        item = {"pk": {"S": pk}, "sk": {"S": name.replace("_", "#")}, "how": {"S": how}}
        sample.cloud.client("dynamodb").put_item(TableName=sample.outputs["FollowedTable"], Item=item)


def items_of(sample, pk):
    found = sample.cloud.client("dynamodb").query(
        TableName=sample.outputs["TableName"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
    )["Items"]
    return {item["sk"]["S"]: item for item in found}


@pytest.mark.parametrize("how", ["raise", "report"])
def test_a_record_of_a_stream_that_always_fails_is_given_up_and_holds_up_no_other(sample, how):
    queue = {"QueueUrl": sample.outputs["FailedQueueUrl"]}
    follow(sample, how, EVENT_1="", OTHER_2="", EVENT_3=how, EVENT_4="", EVENT_5="")

    assert wait_until(lambda: "EVENT#5" in items_of(sample, how), timeout_seconds=30)
    assert set(items_of(sample, how)) == {"EVENT#1", "EVENT#4", "EVENT#5"}, "the filter holds, too"
    (given_up,) = sample.cloud.client("sqs").receive_message(**queue, MaxNumberOfMessages=10)["Messages"]
    told = json.loads(given_up["Body"])
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    sample.cloud.client("sqs").delete_message(**queue, ReceiptHandle=given_up["ReceiptHandle"])


def test_a_function_that_reads_a_stream_keeps_no_queue_waiting(sample):
    follow(sample, "patience", EVENT_1="slowly")
    sample.cloud.client("sqs").send_message(
        QueueUrl=sample.outputs["QueueUrl"], MessageBody="1", MessageGroupId="meanwhile"
    )

    both = ("patience", "meanwhile")
    assert wait_until(lambda: all(items_of(sample, each) for each in both), timeout_seconds=30)
    slow, quick = (next(iter(items_of(sample, each).values())) for each in both)
    assert float(quick["started"]["S"]) < float(slow["ended"]["S"])


def test_a_state_machine_catches_our_errors_by_name(sample):
    machines = sample.cloud.client("stepfunctions")
    run = machines.start_execution(stateMachineArn=sample.outputs["MachineArn"])["executionArn"]

    def status():
        return machines.describe_execution(executionArn=run)["status"]

    assert wait_until(lambda: status() != "RUNNING", timeout_seconds=PATIENCE_SECONDS)
    assert status() == "SUCCEEDED"


def test_expired_items_disappear(sample):
    table, name = sample.cloud.client("dynamodb"), sample.outputs["TableName"]
    expired = {"N": str(int(time.time()) - 10)}
    key = {"pk": {"S": "old"}, "sk": {"S": "old"}}
    table.put_item(TableName=name, Item={**key, "expires_at": expired})

    assert wait_until(
        lambda: "Item" not in table.get_item(TableName=name, Key=key), timeout_seconds=PATIENCE_SECONDS
    )


def test_nothing_of_the_person_s_environment_reaches_a_function(sample):
    answer = sample.cloud.client("lambda").invoke(FunctionName=sample.outputs["EnvironmentFunction"])
    seen = json.loads(answer["Payload"].read())

    assert {"AWS_ENDPOINT_URL", "TABLE", "AWS_REGION"} <= set(seen)
    assert not set(seen) & {"PYTEST_CURRENT_TEST", "VIRTUAL_ENV", "PYTHONPATH", "OLDPWD", "PWD"}
    assert seen["AWS_CONFIG_FILE"] == seen["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert (seen["TZ"], seen["LC_ALL"]) == ("UTC", "C.UTF-8"), "as in Lambda"
    assert Path(seen["TMPDIR"]).is_relative_to(sample.config.state), "what it writes goes with the stack"


def test_a_stack_that_cannot_be_made_names_the_resource(sample):
    with pytest.raises(LocalStackError, match=r"Nowhere::Thing"):
        sample.deploy(broken=True)


def test_what_was_kept_is_there_after_a_restart(sample):
    table, name = sample.cloud.client("dynamodb"), sample.outputs["TableName"]
    table.put_item(TableName=name, Item={"pk": {"S": "kept"}, "sk": {"S": "x"}})
    sample.children.stop_all()
    sample.start()

    assert "Item" in table.get_item(TableName=name, Key={"pk": {"S": "kept"}, "sk": {"S": "x"}})
    assert httpx.get(f"{sample.http_url}/who", headers={"Authorization": "Bearer good"}).status_code == 200
    follow(sample, "restarted", EVENT_1="")
    assert wait_until(lambda: items_of(sample, "restarted"), timeout_seconds=30), "streams are read again"
