"""Reads the answer queue's dead letters: visitors are told that there is no answer, and can go on."""

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.attempts import FailAnswer
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.wiring.answers import replies
from autosocial.wiring.queue import dead_letter_function
from functions.conversations.fail_answer.settings import FailAnswerSettings


def build(settings: FailAnswerSettings) -> FailAnswer:
    """Compose the use case."""
    tables = Tables(region=settings.aws_region, tenant_role_arn=settings.tenant_role_arn)
    return FailAnswer(
        DynamoConversationStore(tables, settings.conversations_table, clock=utc_now),
        DynamoAnswerStore(tables, settings.conversations_table, clock=utc_now),
        replies=replies(tables, settings.connections_table, socket_endpoint_url=settings.socket_endpoint_url),
        clock=utc_now,
        ids=new_id,
    )


handler = dead_letter_function(FailAnswerSettings, build, message=AnswerRequest)
