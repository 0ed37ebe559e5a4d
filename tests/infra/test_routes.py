"""The gateway serves exactly the routes that the functions have, public where they take no caller."""

import importlib
from pathlib import Path

from fastapi.routing import APIRoute

from autosocial.runtime import http
from tests.architecture.generate import routers_of
from tests.infra.synthesis import Synthesis

ROOT = Path(__file__).parents[2]
CALLERS = {http.verified_caller}


def routes_of_functions() -> dict[str, set[bool]]:
    """Return every path of the functions, and whether nobody has to be signed in for its routes."""
    found: dict[str, set[bool]] = {}
    for path in sorted(ROOT.glob("functions/*/*/routes.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for router in routers_of(module):
            for route in router.routes:
                if isinstance(route, APIRoute):
                    found.setdefault(route.path, set()).add(not knows_its_caller(route.dependant))
    return found


def knows_its_caller(dependant) -> bool:
    return dependant.call in CALLERS or any(map(knows_its_caller, dependant.dependencies))


def routes_of_gateway(stage: Synthesis) -> dict[str, set[bool]]:
    keys = {
        route.properties["RouteKey"]: route.properties.get("AuthorizationType", "NONE") == "NONE"
        for route in stage.resources("AWS::ApiGatewayV2::Route")
        if " " in route.properties["RouteKey"]
    }
    assert all(key.startswith("ANY ") for key in keys), "what a path cannot do its function says"
    return {key.removeprefix("ANY "): {is_public} for key, is_public in keys.items()}


def test_every_path_of_a_function_is_served_and_no_other(stage: Synthesis):
    assert routes_of_gateway(stage).keys() == routes_of_functions().keys()


def test_a_path_is_public_exactly_where_it_takes_no_verified_caller(stage: Synthesis):
    assert routes_of_gateway(stage) == routes_of_functions()
