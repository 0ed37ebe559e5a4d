"""Corrections of MiniStack 1.5.33 for streams of tables; ``shim.py`` reads this file and applies them.

Without them a function that reads a stream keeps every queue waiting while it runs, a batch that fails comes
again for ever, single failures that it reports are lost, and after a restart nothing is read for a while.
"""

_POLLER = '''
_stream_tries = {}
_stream_limits = {}


def _stream_done(esm, raw, result):
    """Return how many records of a batch are through with: all before the first that was reported."""
    body = result.get("body")
    if "ReportBatchItemFailures" not in (esm.get("FunctionResponseTypes") or []) or not body:
        return len(raw)
    body = json.loads(body) if isinstance(body, str) else body
    failed = {failure.get("itemIdentifier") for failure in body.get("batchItemFailures") or []}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in raw]
    return next((at for at, number in enumerate(numbers) if number in failed), len(raw))


def _stream_skipped(esm, func_rec, raw, result, pos):
    """Count a failure at ``pos``; return how many records to give up, 0 to try them again."""
    esm_id, limit = esm["UUID"], esm.get("MaximumRetryAttempts")
    if esm.get("BisectBatchOnFunctionError") and len(raw) > 1:
        _stream_limits[esm_id] = len(raw) // 2
        return 0
    failed_at, tries = _stream_tries.get(esm_id, (pos, 0))
    tries = tries + 1 if failed_at == pos else 1
    _stream_tries[esm_id] = pos, tries
    if limit is None or int(limit) < 0 or tries <= int(limit):
        return 0
    source = esm.get("EventSourceArn", "")
    _send_ddb_stream_failure_record(esm, func_rec, raw, source, result, "RetryAttemptsExhausted")
    return len(raw)


def _stream_loop():
    """Read streams in a thread of their own: a function that runs here keeps no queue waiting."""
    from ministack.services import dynamodb
    while True:
        dynamodb.stream_wake.clear()
        try:
            if _poll_dynamodb_streams():
                continue
        except Exception as error:
            logger.error("stream poller: %s", error)
        dynamodb.stream_wake.wait(1)


def _poll_dynamodb_streams():
'''

CORRECTIONS: dict[str, list[tuple[str, str]]] = {
    "ministack.services.lambda_svc": [
        ("def _poll_dynamodb_streams():\n", _POLLER),
        ("            processed = _poll_dynamodb_streams() or processed\n", "            pass\n"),
        (
            "            t = threading.Thread(target=_poll_loop, daemon=True)\n",
            "            threading.Thread(target=_stream_loop, daemon=True).start()\n"
            "            t = threading.Thread(target=_poll_loop, daemon=True)\n",
        ),
        (
            '            batch_size = esm.get("BatchSize", 100)\n'
            "            batch = _ddb.stream_records_since(table_name, pos, batch_size)\n",
            '            batch_size = _stream_limits.pop(esm["UUID"], esm.get("BatchSize", 100))\n'
            "            raw = batch = _ddb.stream_records_since(table_name, pos, batch_size)\n",
        ),
        (
            "                # processed.\n"
            "                _esm_backoff_until[esm_id] = time.time() + _ESM_BACKOFF_SECONDS\n"
            "            else:\n"
            "                processed_any = True\n"
            "                _esm_backoff_until.pop(esm_id, None)\n"
            "                with _dynamodb_stream_positions_lock:\n"
            "                    _dynamodb_stream_positions[esm_id] = pos + raw_len\n",
            "                # processed.\n"
            "                skipped = _stream_skipped(esm, func_rec, raw, result, pos)\n"
            "                _dynamodb_stream_positions[esm_id] = pos + skipped\n"
            "                processed_any = processed_any or esm_id in _stream_limits\n"
            "                if not skipped and esm_id not in _stream_limits:\n"
            "                    _esm_backoff_until[esm_id] = time.time() + _ESM_BACKOFF_SECONDS\n"
            "            else:\n"
            "                processed_any = True\n"
            "                _esm_backoff_until.pop(esm_id, None)\n"
            "                done = _stream_done(esm, raw, result)\n"
            "                if done < raw_len:\n"
            "                    one = raw[done:done + 1]\n"
            "                    skipped = _stream_skipped(esm, func_rec, one, result, pos + done)\n"
            "                    done += skipped\n"
            "                    if not skipped:\n"
            "                        _esm_backoff_until[esm_id] = time.time() + _ESM_BACKOFF_SECONDS\n"
            "                with _dynamodb_stream_positions_lock:\n"
            "                    _dynamodb_stream_positions[esm_id] = pos + done\n",
        ),
        # Records of a stream do not outlive the emulator: neither does how far somebody had read.
        (
            "        _restore_esm_positions(_dynamodb_stream_positions, "
            'data.get("dynamodb_stream_positions", {}))\n',
            "",
        ),
    ],
    "ministack.services.dynamodb": [
        # A write to a table wakes who reads streams, and not who reads queues; records stay for an hour.
        (
            "        esm_wake.set()\n        _trim_stream_records(table_name)\n",
            "        stream_wake.set()\n        _trim_stream_records(table_name)\n",
        ),
        (
            "_STREAM_RETENTION_SECONDS = 24 * 60 * 60\n",
            "_STREAM_RETENTION_SECONDS = 60 * 60\nstream_wake = threading.Event()\n",
        ),
    ],
}
