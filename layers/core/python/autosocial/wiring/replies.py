"""What tells visitors of their answers: on open sockets at once, over other channels by a queue."""

from autosocial.adapters.apigateway.channels import ApiGatewayConnections
from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.sqs.channels import SqsReplyQueue
from autosocial.channels.dashboards import Dashboards
from autosocial.channels.deliver import Deliver, QueuedReplies
from autosocial.channels.model import WEB
from autosocial.channels.push import Push
from autosocial.channels.web import WebChannel
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.wiring.tables import UsesTables


class TellsVisitors(UsesTables):
    """Where open sockets are known and reached, and where other channels' answers wait."""

    connections_table: str
    socket_endpoint_url: str
    reply_queue_url: str

    def replies(self) -> Deliver:
        """Return what hands each answer to its channel."""
        connections = DynamoConnectionStore(self.tables, self.connections_table, clock=utc_now)
        push = Push(connections, ApiGatewayConnections(self.socket_endpoint_url), ids=new_id)
        return Deliver(
            {WEB: WebChannel(push, clock=utc_now)},
            whole=QueuedReplies(SqsReplyQueue(self.reply_queue_url)),
            dashboards=Dashboards(push, clock=utc_now),
        )
