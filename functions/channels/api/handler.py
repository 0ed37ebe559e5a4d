"""The channels API."""

from secrets import token_bytes

from fastapi import FastAPI

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.creators import DynamoCreatorStore
from autosocial.adapters.dynamodb.denylist import DynamoDenylist
from autosocial.adapters.dynamodb.identities import DynamoIdentityStore
from autosocial.adapters.dynamodb.limits import DynamoLimitStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.adapters.kms.auth import KmsSigningKeys
from autosocial.auth.service import IssueVisitorToken, VerifyBearer
from autosocial.channels.connecting import ConnectWebhook
from autosocial.channels.sessions import OpenSession
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.service import OpenConversation
from autosocial.creators.service import PublicWidget
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from autosocial.runtime.http import build_app
from autosocial.wiring.http import http_function
from functions.channels.api.neighbours import CreatorWidgets, JwtVisitorTokens
from functions.channels.api.routes import channel_routes, session_routes
from functions.channels.api.settings import ChannelsApiSettings


def build(settings: ChannelsApiSettings) -> FastAPI:
    """Compose the API."""
    tables = settings.tables
    store = DynamoConversationStore(tables, settings.conversations_table, clock=utc_now)
    answers = DynamoAnswerStore(tables, settings.conversations_table, clock=utc_now)
    limits = DynamoLimitStore(tables, settings.connections_table)
    open_session = OpenSession(
        CreatorWidgets(PublicWidget(DynamoCreatorStore(tables, settings.creators_table))),
        _visitor_tokens(settings, tables),
        conversations=OpenConversation(store, clock=utc_now, ids=new_id),
        identities=DynamoIdentityStore(tables, settings.connections_table),
        limiter=Limiter(limits, clock=utc_now),
        clock=utc_now,
        ids=new_id,
    )
    routes = session_routes(open_session, ReadConversations(store, answers, clock=utc_now))
    channels = channel_routes(_connect_webhook(settings), public_url=settings.public_url)
    return build_app("AutoSocial channels", [routes, channels])


def _connect_webhook(settings: ChannelsApiSettings) -> ConnectWebhook:
    return ConnectWebhook(
        settings.connected_channels(),
        settings.channel_secrets(),
        allows_http=settings.calls_private_addresses,
        random=token_bytes,
        clock=utc_now,
        ids=new_id,
    )


def _visitor_tokens(settings: ChannelsApiSettings, tables: Tables) -> JwtVisitorTokens:
    keys = KmsSigningKeys(settings.signing_key_ids.split(","), region=settings.aws_region)
    tokens = JwtTokens(keys, issuer=settings.token_issuer, clock=utc_now)
    return JwtVisitorTokens(
        issue_token=IssueVisitorToken(tokens=tokens, clock=utc_now, ids=new_id),
        verify=VerifyBearer(tokens=tokens, denylist=DynamoDenylist(tables, settings.auth_table)),
        clock=utc_now,
    )


handler = http_function(ChannelsApiSettings, build)
