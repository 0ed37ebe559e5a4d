"""The gateway serves exactly the routes that the functions have, public where they take no caller."""

import importlib
from pathlib import Path

from fastapi.routing import APIRoute

from autosocial.runtime import http
from tests.architecture.generate import routers_of
from tests.infra.synthesis import Synthesis

ROOT = Path(__file__).parents[2]
CALLERS = {http.verified_caller}


def routes_of_functions() -> dict[str, bool]:
    """Return "METHOD path" of every route in code, and whether nobody has to be signed in for it."""
    found = {}
    for path in sorted(ROOT.glob("functions/*/*/routes.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for router in routers_of(module):
            for route in router.routes:
                if isinstance(route, APIRoute):
                    for method in route.methods or ():
                        found[f"{method} {route.path}"] = not knows_its_caller(route.dependant)
    return found


def knows_its_caller(dependant) -> bool:
    return dependant.call in CALLERS or any(map(knows_its_caller, dependant.dependencies))


def routes_of_gateway(stage: Synthesis) -> dict[str, bool]:
    return {
        route.properties["RouteKey"]: route.properties.get("AuthorizationType", "NONE") == "NONE"
        for route in stage.resources("AWS::ApiGatewayV2::Route")
        if " " in route.properties["RouteKey"]
    }


def test_every_route_of_a_function_is_served_and_no_other(stage: Synthesis):
    assert routes_of_gateway(stage).keys() == routes_of_functions().keys()


def test_a_route_is_public_exactly_where_it_takes_no_verified_caller(stage: Synthesis):
    assert routes_of_gateway(stage) == routes_of_functions()
