"""The door for signed requests of channels."""

from fastapi import FastAPI

from autosocial.adapters.apigateway.channels import ApiGatewayConnections
from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.dynamodb.identities import DynamoIdentityStore
from autosocial.adapters.dynamodb.limits import DynamoLimitStore
from autosocial.adapters.sqs.conversations import SqsAnswerQueue
from autosocial.channels.dashboards import Dashboards
from autosocial.channels.identity import FindVisitor
from autosocial.channels.push import Push
from autosocial.channels.receive import Receive
from autosocial.conversations.service import AcceptMessage, OpenConversation
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from autosocial.runtime.http import build_app
from autosocial.runtime.logs import build_logger
from autosocial.wiring.http import http_function
from functions.channels.webhook.routes import webhook_routes
from functions.channels.webhook.settings import WebhookSettings


def build(settings: WebhookSettings) -> FastAPI:
    """Compose the door."""
    connections = DynamoConnectionStore(settings.tables, settings.connections_table, clock=utc_now)
    push = Push(connections, ApiGatewayConnections(settings.socket_endpoint_url), ids=new_id)
    routes = webhook_routes(
        settings.doors(),
        _receive(settings),
        dashboards=Dashboards(push, clock=utc_now),
        log=build_logger(settings.service_name, settings.log_level),
    )
    return build_app("AutoSocial webhooks", [routes])


def _receive(settings: WebhookSettings) -> Receive:
    opening = OpenConversation(settings.conversations, clock=utc_now, ids=new_id)
    identities = DynamoIdentityStore(settings.tables, settings.connections_table)
    limits = DynamoLimitStore(settings.tables, settings.connections_table)
    return Receive(
        AcceptMessage(settings.conversations, SqsAnswerQueue(settings.answer_queue_url), ids=new_id),
        visitor_of=FindVisitor(identities, open_conversation=opening, ids=new_id),
        limiter=Limiter(limits, clock=utc_now),
    )


handler = http_function(WebhookSettings, build)
