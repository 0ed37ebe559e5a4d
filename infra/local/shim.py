"""Launcher of MiniStack 1.5.33 that corrects, at import, where it misleads us.

Each correction names the text it replaces; when an upgrade changes that text the start fails loudly.
What each one is for stands in docs/local-stack.md. Runs in the emulator's own venv; imports the
standard library and MiniStack only.
"""

import importlib.abc
import importlib.machinery
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

Correction = tuple[str, str]

_SHARED_LAYER = '''

def _shared_layer(layer_data):
    """Extract a layer once for all workers: they share its files and their compiled bytecode."""
    import io
    root = os.environ.get("LAYER_CACHE_DIR") or os.path.join(tempfile.gettempdir(), "layers")
    target = os.path.join(root, hashlib.sha256(layer_data).hexdigest()[:32])
    if os.path.isdir(target):
        return target
    os.makedirs(root, exist_ok=True)
    draft = tempfile.mkdtemp(dir=root)
    with zipfile.ZipFile(io.BytesIO(layer_data)) as layer_zip:
        for member in layer_zip.namelist():
            if os.path.isabs(member) or ".." in member.split("/"):
                raise RuntimeError(f"Zip entry escapes target dir: {member}")
        layer_zip.extractall(draft)
    try:
        os.rename(draft, target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    return target
'''

CORRECTIONS: dict[str, list[Correction]] = {
    "ministack.core.lambda_runtime": [
        # The class name of a raised error reaches Retry and Catch.
        (
            '{"status": "error", "error": str(e), "trace": traceback.format_exc()}',
            '{"status": "error", "error": str(e), "errorType": type(e).__name__, "handled": True, '
            '"trace": traceback.format_exc()}',
        ),
        # An error of the handler does not cost the worker, as on AWS.
        (
            'if response.get("status") == "error":\n                proc, self._proc = self._proc, None',
            'if response.get("status") == "error" and not response.get("handled"):\n'
            "                proc, self._proc = self._proc, None",
        ),
        # A silent invocation does not wait 50 ms for a log line.
        ("first_line_wait: float = 0.050", "first_line_wait: float = 0.004"),
        # The last idle worker of a function ends as well, as on AWS, unless it is wanted warm.
        (
            "if worker.in_use or idle < ttl or (i == 0 and not snapstart_version):",
            "wanted = i == 0 and re.search(\n"
            '                    os.environ.get("KEEP_WARM") or "$^", worker.config.get("Handler", ""))\n'
            "                if worker.in_use or idle < ttl or wanted:",
        ),
        # Layers are extracted once, not once per worker.
        (
            "                if layer_data:\n                    layer_dir = os.path.join",
            "                if layer_data:\n"
            "                    layers_dirs.append(_shared_layer(layer_data))\n"
            "                    continue\n                    layer_dir = os.path.join",
        ),
        ("\n\nclass Worker:\n", _SHARED_LAYER + "\n\nclass Worker:\n"),
    ],
    "ministack.services.lambda_svc": [
        (
            '            error_type = "Runtime.HandlerError"\n            if _RIE',
            '            error_type = result.get("errorType") or "Runtime.HandlerError"\n            if _RIE',
        ),
        # What functions log can be read in a file, while they run and afterwards.
        (
            '        qualifier = config.get("Version", "$LATEST")\n        # Honor LoggingConfig',
            '        if log_text and os.environ.get("FUNCTION_LOG"):\n'
            '            with open(os.environ["FUNCTION_LOG"], "a") as function_log:\n'
            "                function_log.writelines("
            'f"{fn_name} {line}\\n" for line in log_text.splitlines())\n'
            '        qualifier = config.get("Version", "$LATEST")\n        # Honor LoggingConfig',
        ),
        # A refused invocation says so, whoever asked.
        (
            "        _emit_lambda_metrics(fn_name, duration_ms=0.0, error=False, throttle=True)\n",
            "        _emit_lambda_metrics(fn_name, duration_ms=0.0, error=False, throttle=True)\n"
            '        logger.warning("Lambda %s refused: as many run as the %s may run", fn_name, limit)\n',
        ),
        # A worker that cannot start does not take the others of its function with it.
        (
            "        invalidate_worker(func_name, qualifier=qualifier, account=get_account_id(), "
            "region=get_region())\n"
            "        worker = None  # invalidate_worker already dropped it from the pool\n",
            "        worker.kill()  # starts anew at its next use\n",
        ),
        # Messages of a refused invocation are handed out again soon and spend no receive: Lambda's pollers
        # ask again while they have the message.
        (
            '    result = _execute_function(func_rec, event)\n\n    if result.get("error"):\n',
            "    result = _execute_function(func_rec, event)\n\n"
            '    if result.get("throttle"):\n'
            "        with _sqs._queues_lock:\n"
            "            for msg in batch:\n"
            '                msg["visible_at"] = time.time()\n'
            '                msg["receive_count"] -= 1\n'
            "        _esm_backoff_until[esm_id] = time.time() + 0.2\n"
            "        return\n\n"
            '    if result.get("error"):\n',
        ),
        # With one message per batch the queue itself keeps the order of a group: groups run in parallel.
        (
            '    if (queue or {}).get("is_fifo"):\n        return 1\n',
            '    if (queue or {}).get("is_fifo") and esm.get("BatchSize", 10) != 1:\n        return 1\n',
        ),
    ],
    "ministack.services.stepfunctions": [
        ("    time.sleep(0.15)\n\n    sm =", "    time.sleep(0.005)\n\n    sm ="),
    ],
    "ministack.services.dynamodb": [
        (
            "        time.sleep(60)\n        now = time.time()",
            "        time.sleep(5)\n        now = time.time()",
        ),
    ],
    "ministack.services.cloudformation.provisioners": [
        (
            'api["corsConfiguration"] = props["CorsConfiguration"]',
            'api["corsConfiguration"] = '
            '{k[0].lower() + k[1:]: v for k, v in props["CorsConfiguration"].items()}',
        ),
        (
            'payload["corsConfiguration"] = new_props["CorsConfiguration"]',
            'payload["corsConfiguration"] = '
            '{k[0].lower() + k[1:]: v for k, v in new_props["CorsConfiguration"].items()}',
        ),
    ],
    "ministack.services.apigateway": [
        # Messages of different connections run in parallel workers, as those of HTTP routes do.
        (
            '    if code_zip and runtime.startswith(("python", "nodejs")):\n'
            "        # get_or_create_worker keys",
            "    if False:\n        # get_or_create_worker keys",
        ),
        # A browser on another origin can read a refusal of the authorizer.
        (
            "        if auth_error is not None:\n            return auth_error\n\n    raw_target",
            "        if auth_error is not None:\n"
            '            origin = request_headers.get("origin", "")\n'
            "            cors = _cors_response_headers(cors_cfg, origin) if cors_cfg else {}\n"
            "            return auth_error[0], {**auth_error[1], **cors}, auth_error[2]\n\n    raw_target",
        ),
    ],
}
# No import: the launcher sees none of our packages.
for _module, _corrections in runpy.run_path(str(Path(__file__).with_name("shim_streams.py")))[
    "CORRECTIONS"
].items():
    CORRECTIONS.setdefault(_module, []).extend(_corrections)


class ChangedUpstreamError(Exception):
    """The emulator's source is not the one the corrections were written for."""


class CorrectingLoader(importlib.machinery.SourceFileLoader):
    """Loads one module with its corrections and never from stale bytecode."""

    def get_data(self, path: str) -> bytes:
        """Return the corrected source."""
        data = super().get_data(path)
        return corrected(self.name, data.decode()).encode() if path.endswith(".py") else data

    def path_stats(self, path: str) -> dict[str, float]:
        """Refuse, so that cached bytecode of the uncorrected source is not used."""
        raise OSError(path)


class CorrectingFinder(importlib.abc.MetaPathFinder):
    """Finds the modules that have corrections."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec with the correcting loader, or None for all other modules."""
        if fullname not in CORRECTIONS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            return None
        spec.loader = CorrectingLoader(fullname, spec.origin)
        return spec


def corrected(module: str, source: str) -> str:
    """Return ``source`` with the corrections of ``module``; each text must occur exactly once."""
    for old, new in CORRECTIONS[module]:
        if source.count(old) != 1:
            raise ChangedUpstreamError(f"{module}: {source.count(old)} times instead of once: {old!r}")
        source = source.replace(old, new)
    return source


def main() -> int:
    """Run the corrected emulator."""
    sys.meta_path.insert(0, CorrectingFinder())
    from ministack.app import main as run_emulator  # type: ignore[import-not-found, unused-ignore]

    run_emulator()
    return 0


if __name__ == "__main__":
    sys.exit(main())
