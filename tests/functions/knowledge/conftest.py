"""All functions of knowledge in this process, around one cloud on moto."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module, reload
from typing import Any

import boto3
import pytest

from tests.fakes.cloud import REGION, create_table, moto_cloud
from tests.fakes.embedding_server import embedding_server
from tests.fakes.events import LambdaContext, as_creator, call, event

CREATOR = "01CREATR000000000000000001"
BASE = "/api/v1/creators/knowledge-base"
ROLE = "arn:aws:iam::123456789012:role/pipeline"


@dataclass
class KnowledgeCloud:
    """The functions by name; each handler is made anew, with the environment of the test."""

    machine_arn: str
    queue_url: str
    dlq_url: str
    handlers: dict[str, Any] = field(default_factory=dict)

    def invoke(self, function: str, payload: dict[str, Any]) -> Any:
        """Invoke a function with an event."""
        if function not in self.handlers:
            self.handlers[function] = reload(import_module(f"functions.knowledge.{function}.handler")).handler
        return self.handlers[function](payload, LambdaContext())

    def api(self, method: str, path: str, **options: Any) -> Any:
        """Call the API as the creator."""
        self.handlers.setdefault("api", reload(import_module("functions.knowledge.api.handler")).handler)
        options.setdefault("caller", as_creator(CREATOR))
        path, _, query = path.partition("?")

        def with_query(request: dict[str, Any], context: Any) -> Any:
            return self.handlers["api"]({**request, "rawQueryString": query}, context)

        return call(with_query, method, BASE + path, **options)

    def announce(self, name: str, size: int, *, key: str = "idempotency-key-1") -> Any:
        """Announce an upload."""
        body = {"name": name, "size": size, "content_type": "application/octet-stream"}
        return self.api("POST", "/upload", body=body, headers={"idempotency-key": key})

    def upload(self, name: str, data: bytes, *, key: str = "idempotency-key-1") -> str:
        """Announce an upload, put the file there and return the document's id."""
        ticket = self.announce(name, len(data), key=key).body
        self.s3.put_object(Bucket="uploads", Key=ticket["upload"]["fields"]["key"], Body=data)
        return ticket["document"]["document_id"]

    def ingest(self, document_id: str, *, attempt: int = 1) -> list[str]:
        """Run the steps as the state machine does; return their outcomes."""
        step = {
            "key": f"{CREATOR}/{document_id}/original",
            "attempt": attempt,
            "run_id": f"{document_id}-{attempt}",
        }
        outcomes = [self.invoke("inspect", step)]
        if outcomes[-1]["outcome"] == "ok":
            outcomes.append(self.invoke("extract", step))
        if outcomes[-1]["outcome"] == "ok":
            count = outcomes[-1]["batch_count"]
            for batch in outcomes[-1]["batches"]:
                outcomes.append(self.invoke("embed", {**step, "batch": batch, "batch_count": count}))
            outcomes += [self.invoke("index", step), self.invoke("verify", step)]
        return [outcome["outcome"] for outcome in outcomes]

    def erase(self) -> Any:
        """Feed the eraser with what waits in its queue."""
        sqs = boto3.client("sqs", region_name=REGION)
        waiting = sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        template = event("knowledge/erasure_queue")["Records"][0]
        records = [
            {**template, "messageId": message["MessageId"], "body": message["Body"]} for message in waiting
        ]
        return self.invoke("erase", {"Records": records})

    @property
    def s3(self) -> Any:
        """The object store."""
        return boto3.client("s3", region_name=REGION)

    def objects(self) -> list[str]:
        """Return every object, old versions included, except the index."""
        found = []
        for bucket in ("uploads", "knowledge"):
            answer = self.s3.list_object_versions(Bucket=bucket)
            found += [item["Key"] for kind in ("Versions", "DeleteMarkers") for item in answer.get(kind, [])]
        return sorted({key for key in found if not key.endswith("index.sqlite")})


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[KnowledgeCloud]:
    with embedding_server() as models, moto_cloud(monkeypatch):
        made = _made()
        settings = {
            "DOCUMENTS_TABLE": create_table("documents"),
            "CONNECTIONS_TABLE": create_table("connections"),
            "IDEMPOTENCY_TABLE": create_table("idempotency", sort_key=False),
            "SOCKET_ENDPOINT_URL": "http://127.0.0.1:9/live",
            "UPLOADS_BUCKET": "uploads",
            "KNOWLEDGE_BUCKET": "knowledge",
            "STATE_MACHINE_ARN": made.machine_arn,
            "ERASURE_QUEUE_URL": made.queue_url,
            "DLQ_URL": made.dlq_url,
            "INDEX_KIND": "embedded",
            "AWS_REGION": REGION,
            "MODEL_ENDPOINT_URL": models,
            "EMBEDDING_MODEL_ID": "multilingual-e5-small",
            "EMBEDDING_DIMENSIONS": "384",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        yield made


def _made() -> KnowledgeCloud:
    s3 = boto3.client("s3", region_name=REGION)
    for bucket in ("uploads", "knowledge"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    sqs = boto3.client("sqs", region_name=REGION)
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = boto3.client("stepfunctions", region_name=REGION).create_state_machine(
        name="ingestion", definition=json.dumps(definition), roleArn=ROLE
    )
    return KnowledgeCloud(
        machine["stateMachineArn"],
        sqs.create_queue(QueueName="erasures")["QueueUrl"],
        sqs.create_queue(QueueName="erasures-dlq")["QueueUrl"],
    )
