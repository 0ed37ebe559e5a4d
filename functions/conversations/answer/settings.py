"""Environment of the answer function."""

from autosocial.wiring.conversations import UsesConversations
from autosocial.wiring.metrics import CountsMetrics
from autosocial.wiring.queue import ConsumesQueue
from autosocial.wiring.replies import TellsVisitors


class AnswerSettings(UsesConversations, TellsVisitors, ConsumesQueue, CountsMetrics):
    """One field a variable."""

    documents_table: str
    chat_model_id: str
    fallback_chat_model_id: str = ""
    embedding_model_id: str
    embedding_dimensions: int = 384
    model_endpoint_url: str = ""
    model_token_secret_arn: str = ""
    index_kind: str
    knowledge_bucket: str = ""
    opensearch_url: str = ""
    answer_seconds: float = 90.0
    model_silence_seconds: float = 10.0
