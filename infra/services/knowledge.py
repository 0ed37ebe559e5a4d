"""Knowledge: the documents API, the ingestion pipeline and the eraser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.constructs.queue_with_dlq import QueueWithDlq
from infra.services.knowledge_pipeline import IngestionPipeline, IngestionSteps
from infra.services.knowledge_scan import MalwareScan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.platform import Platform

_ERASE_SECONDS = 120
_REMOVE = ("DeleteObject", "DeleteObjectVersion")
_TAG = ("GetObjectTagging", "PutObjectTagging")
_MADE = "*/documents/*"
_INDEX_FILE = "*/index.sqlite"


class KnowledgeService(Construct):
    """Uploads start the pipeline by themselves; the API starts it for a retry."""

    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        self._platform = platform
        self.pipeline = IngestionPipeline(self, "Pipeline", platform=platform, steps=self._steps())
        self.erasures = QueueWithDlq(
            self, "Erasures", platform=platform, consumer_timeout_seconds=_ERASE_SECONDS
        )
        self.eraser = self._eraser()
        self.api = self._api()

    def _steps(self) -> IngestionSteps:
        return IngestionSteps(
            inspect=self._inspect(),
            extract=self._extract(),
            embed=self._embed(),
            index=self._index(),
            verify=self._verify(),
            fail=self._function("fail", timeout_seconds=15),
        )

    def _inspect(self) -> PythonFunction:
        data = self._platform.data
        function = self._function("inspect", memory_mb=1024, timeout_seconds=60)
        function.set("UPLOADS_BUCKET", data.uploads.name)
        if self._platform.stage.scans_uploads:
            MalwareScan(self, "Scan", bucket=data.uploads)
            function.set("MALWARE_SCAN", "guardduty")
        function.grant_objects(data.uploads, "GetObject", *_TAG, *_REMOVE)
        function.grant_listing(data.uploads, versions=True)
        return function

    def _extract(self) -> PythonFunction:
        data = self._platform.data
        function = self._function(
            "extract", layers=("base", "documents"), memory_mb=1769, timeout_seconds=120
        )
        function.set("UPLOADS_BUCKET", data.uploads.name)
        function.set("KNOWLEDGE_BUCKET", data.knowledge.name)
        function.grant_objects(data.uploads, "GetObject", *_TAG)
        function.grant_objects(data.knowledge, "PutObject", *_REMOVE, pattern=_MADE)
        function.grant_listing(data.knowledge, versions=True)
        return function

    def _embed(self) -> PythonFunction:
        data, models = self._platform.data, self._platform.models
        function = self._function("embed", timeout_seconds=120, in_network=True)
        function.set("KNOWLEDGE_BUCKET", data.knowledge.name)
        function.set("EMBEDDING_MODEL_ID", models.embedding_model_id)
        function.set("EMBEDDING_DIMENSIONS", str(models.embedding_dimensions))
        models.connect(function)
        function.grant_objects(data.knowledge, "GetObject", "PutObject", *_REMOVE, pattern=_MADE)
        function.grant_listing(data.knowledge, versions=True)
        return function

    def _index(self) -> PythonFunction:
        function = self._function(
            "index", layers=("base", "search"), memory_mb=1769, timeout_seconds=300, in_network=True
        )
        self._use_index(function, writes=True)
        return function

    def _verify(self) -> PythonFunction:
        function = self._function(
            "verify", layers=("base", "search"), memory_mb=1024, timeout_seconds=60, in_network=True
        )
        self._use_index(function)
        function.grant_objects(self._platform.data.knowledge, *_REMOVE, pattern=_MADE)
        return function

    def _eraser(self) -> PythonFunction:
        data = self._platform.data
        function = self._function(
            "erase",
            layers=("base", "search"),
            memory_mb=1024,
            timeout_seconds=_ERASE_SECONDS,
            in_network=True,
        )
        self._use_index(function, writes=True)
        function.set("UPLOADS_BUCKET", data.uploads.name)
        function.grant_tenant_data(data.documents_table, "DeleteItem")
        function.grant_objects(data.uploads, *_REMOVE)
        function.grant_listing(data.uploads, versions=True)
        function.grant_objects(data.knowledge, *_REMOVE, pattern=_MADE)
        self.erasures.consume(function, batch_size=5, max_concurrency=5)
        return function

    def _api(self) -> PythonFunction:
        data, http = self._platform.data, self._platform.http
        function = self._function("api", layers=("base", "http"), timeout_seconds=15)
        function.set("UPLOADS_BUCKET", data.uploads.name)
        function.set("STATE_MACHINE_ARN", self.pipeline.arn)
        function.set("ERASURE_QUEUE_URL", self.erasures.url)
        function.grant_tenant_data(data.documents_table, "Query")
        # The upload form is signed with the function's own rights.
        function.grant_objects(data.uploads, "PutObject")
        function.allow("states:StartExecution", on=[self.pipeline.arn])
        self.erasures.grant_send(function)
        base = "/api/v1/creators/knowledge-base"
        one = f"{base}/documents/{{document_id}}"
        http.route(f"{base}/upload", function)
        http.route(f"{base}/documents", function)
        http.route(one, function)
        http.route(f"{one}/status", function)
        http.route(f"{one}/retry", function)
        return function

    def _function(
        self,
        name: str,
        *,
        layers: tuple[str, ...] = ("base",),
        memory_mb: int = 512,
        timeout_seconds: int,
        in_network: bool = False,
    ) -> PythonFunction:
        """Return a function that reads and changes documents and tells dashboards about it."""
        data = self._platform.data
        environment: Mapping[str, str] = {
            "DOCUMENTS_TABLE": data.documents_table.name,
            "CONNECTIONS_TABLE": data.connections_table.name,
        }
        function = PythonFunction(
            self,
            name.capitalize(),
            platform=self._platform,
            context="knowledge",
            name=name,
            layers=layers,
            environment=environment,
            memory_mb=memory_mb,
            # Copies of the creators' index files, where the index is embedded.
            ephemeral_mb=2048 if "search" in layers else 512,
            timeout_seconds=timeout_seconds,
            in_network=in_network,
        )
        self._platform.socket.grant_post(function)
        # A change is stored with its fact.
        function.grant_tenant_data(data.documents_table, "GetItem", "UpdateItem", "PutItem")
        function.grant_tenant_data(data.connections_table, "Query", "DeleteItem")
        return function

    def _use_index(self, function: PythonFunction, *, writes: bool = False) -> None:
        data = self._platform.data
        function.set("KNOWLEDGE_BUCKET", data.knowledge.name)
        function.set("EMBEDDING_DIMENSIONS", str(self._platform.models.embedding_dimensions))
        self._platform.index.connect(function, writes=writes)
        function.grant_objects(data.knowledge, "GetObject", pattern=_MADE)
        changes = ("PutObject", "DeleteObjectVersion") if writes else ()
        function.grant_objects(data.knowledge, "GetObject", *changes, pattern=_INDEX_FILE)
        function.grant_listing(data.knowledge, versions=True)
