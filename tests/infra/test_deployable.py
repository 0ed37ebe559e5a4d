"""A stage with the example's domain can be looked at, not deployed."""

from dataclasses import replace

import pytest

from infra.capacity import DomainConfig
from infra.config import stage_named
from infra.deployable import NotDeployableError, advice, check_deployable


def test_a_domain_that_nobody_owns_is_refused_with_what_to_set_where():
    with pytest.raises(NotDeployableError, match=r"hosted_zone_id .* infra/config\.py"):
        check_deployable(stage_named("production"))


def test_a_domain_of_ones_own_and_a_stage_without_one_are_deployable():
    own = DomainConfig(name="example.org", hosted_zone_id="Z0123456789ABCDEFGHIJ")
    check_deployable(replace(stage_named("production"), domain=own))
    check_deployable(stage_named("starter"))


def test_a_deployment_without_bytecode_is_told_of():
    assert "python3.12" in advice(None)
    assert advice("/usr/bin/python3.12") == ""


def test_functions_in_containers_reach_this_machine_by_another_name_than_browsers():
    stage = stage_named(
        "local",
        {
            "LOCAL_HOST_FROM_FUNCTIONS": "host.docker.internal",
            "LOCAL_INDEX": "opensearch",
            "LOCAL_OPENSEARCH_URL": "http://127.0.0.1:9201",
        },
    )

    assert stage.model_endpoint_url == "http://host.docker.internal:8090"
    assert stage.socket_endpoint_format.startswith("http://host.docker.internal:4566/")
    assert stage.opensearch_url == "http://host.docker.internal:9201"
    assert stage.app_url == "http://127.0.0.1:8080"
    assert stage.socket_url_format.startswith("ws://127.0.0.1:4566/")
