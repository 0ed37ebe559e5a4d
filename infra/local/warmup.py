"""Starts the functions on the way of a message, so that the first visitor waits for no cold start."""

import json
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from infra.local.assembly import StackPlan
from infra.local.cloud import LocalCloud
from infra.local.console import LocalStackError
from infra.local.deployment import Deployment
from infra.local.seed import DemoApi, DemoLogin

_ANSWER = "functions.conversations.answer.handler.handler"
_UNKNOWN_SESSION = "00000000000000000000000000"


def warm_up(cloud: LocalCloud, plans: Sequence[StackPlan], *, edge_url: str, login: DemoLogin) -> None:
    """Call each once in a way that changes nothing. What cannot be warmed is cold, and no more than that."""
    with suppress(BotoCoreError, ClientError):
        _warm_answer(cloud, plans)
    with suppress(LocalStackError, WebSocketException, OSError, LookupError):
        _warm_socket(edge_url, login)


def _warm_answer(cloud: LocalCloud, plans: Sequence[StackPlan]) -> None:
    deployment = Deployment(cloud)
    for plan in plans:
        resources = plan.template.get("Resources", {})
        names = [name for name, it in resources.items() if it.get("Properties", {}).get("Handler") == _ANSWER]
        for name in names:
            function = deployment.physical_ids(plan)[name]
            no_messages = json.dumps({"Records": []}).encode()
            cloud.client("lambda").invoke(FunctionName=function, Payload=no_messages)


def _warm_socket(edge_url: str, login: DemoLogin) -> None:
    """Connect and leave, as the dashboard does; ask for a session that nobody has."""
    with DemoApi(edge_url) as api:
        api.sign_in(login)
        api.call("GET", f"/channels/sessions/{_UNKNOWN_SESSION}", accept=(403, 404))
        ticket = api.call("POST", "/auth/socket-tickets").json()
    connect(f"{ticket['url']}?{urlencode({'ticket': ticket['ticket']})}", origin=Origin(edge_url)).close()
