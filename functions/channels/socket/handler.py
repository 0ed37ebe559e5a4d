"""The socket: opens, closes, and one invocation per frame of a client."""

from collections.abc import Callable

from autosocial.adapters.apigateway.channels import ApiGatewayConnections
from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.limits import DynamoLimitStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.sqs.conversations import SqsAnswerQueue
from autosocial.channels.dashboards import Dashboards
from autosocial.channels.identity import named_visitor
from autosocial.channels.push import Push
from autosocial.channels.receive import Receive
from autosocial.channels.socket import HandleSocket
from autosocial.channels.web import WebChannel
from autosocial.conversations.service import AcceptMessage, RateAnswer, ResumeAnswer
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from autosocial.runtime.socket import SocketEvent, socket_function
from functions.channels.socket.settings import SocketSettings


def build(settings: SocketSettings) -> Callable[[SocketEvent], None]:
    """Compose the socket's part."""
    tables = Tables(region=settings.aws_region, tenant_role_arn=settings.tenant_role_arn)
    connections = DynamoConnectionStore(tables, settings.connections_table, clock=utc_now)
    conversations = DynamoConversationStore(tables, settings.conversations_table, clock=utc_now)
    answers = DynamoAnswerStore(tables, settings.conversations_table, clock=utc_now)
    push = Push(connections, ApiGatewayConnections(settings.socket_endpoint_url), ids=new_id)
    limiter = Limiter(DynamoLimitStore(tables, settings.connections_table), clock=utc_now)
    accept = AcceptMessage(conversations, SqsAnswerQueue(settings.answer_queue_url), ids=new_id)
    return dispatch(
        HandleSocket(
            connections,
            push,
            web=WebChannel(push, clock=utc_now),
            receive=Receive(accept, visitor_of=named_visitor, limiter=limiter),
            resume=ResumeAnswer(conversations, answers, clock=utc_now),
            rate=RateAnswer(answers, clock=utc_now),
            dashboards=Dashboards(push, clock=utc_now),
            limiter=limiter,
        )
    )


def dispatch(handle: HandleSocket) -> Callable[[SocketEvent], None]:
    """Return the part that gives each event to its use case."""

    def on_event(event: SocketEvent) -> None:
        if event.kind == "CONNECT":
            handle.connect(event.caller, event.connection_id)
        elif event.kind == "DISCONNECT":
            handle.disconnect(event.caller, event.connection_id)
        else:
            handle.receive(event.caller, event.connection_id, text=event.body, request_id=event.request_id)

    return on_event


handler = socket_function(SocketSettings, build)
