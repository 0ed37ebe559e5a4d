"""Tests that share a server stay with one worker; without the groups each worker would start its own."""

import pytest


def test_the_workers_see_the_groups(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs every test (no --numprocesses)")
    assert request.node.nodeid.endswith("@architecture/test_workers.py")
