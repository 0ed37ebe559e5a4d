import pytest
from pydantic import ValidationError

from functions.model_server.settings import ModelServerSettings

TOKEN = {"MODEL_SERVER_TOKEN": "0123456789abcdef"}


def test_only_the_token_is_needed():
    settings = ModelServerSettings.from_environment(TOKEN)

    assert settings.model_upstream == "extractive"
    assert settings.embedding_engine == "auto"


def test_secrets_may_come_from_files(tmp_path):
    (tmp_path / "token").write_text("fedcba9876543210\n")
    settings = ModelServerSettings.from_environment({"MODEL_SERVER_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.model_server_token.get_secret_value() == "fedcba9876543210"


def test_secrets_do_not_show_when_settings_are_printed():
    assert "0123456789abcdef" not in repr(ModelServerSettings.from_environment(TOKEN))


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"MODEL_SERVER_TOKEN": "short"},
        {**TOKEN, "MODEL_UPSTREAM": "openai", "UPSTREAM_URL": "http://localhost/v1"},
        {**TOKEN, "MODEL_UPSTREAM": "oracle"},
        {**TOKEN, "WORD_PACE_MS": "fast"},
    ],
)
def test_incomplete_or_wrong_settings_are_refused(environment):
    with pytest.raises(ValidationError):
        ModelServerSettings.from_environment(environment)
