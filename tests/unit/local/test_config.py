from pathlib import Path

import pytest

from infra.config import stage_named
from infra.local.assembly import synth_variables
from infra.local.config import REPO, UsageError, read_config
from infra.local.console import Console, LocalStackError
from infra.local.model_server import settings, token_file
from infra.local.runner import welcome
from infra.local.stack import LocalStack


def test_the_defaults_are_the_documented_ports_and_folder():
    config = read_config([], {})

    assert config.state == REPO / ".local"
    assert (config.edge_url, config.demo_url) == ("http://127.0.0.1:8080", "http://127.0.0.1:8081")
    assert (config.model_url, config.emulator_url) == ("http://127.0.0.1:8090", "http://127.0.0.1:4566")
    assert (config.index, config.model, config.seed) == ("embedded", "extractive", True)


def test_one_port_base_moves_everything(tmp_path):
    config = read_config(
        ["--port-base", "20000", "--state", str(tmp_path), "--no-seed"], {"EMULATOR_PORT": "1"}
    )

    assert config.ports.named() == {
        "dashboard": 20000,
        "demo site": 20001,
        "model server": 20002,
        "emulator": 20003,
    }
    assert config.state == tmp_path
    assert config.seed is False


def test_an_argument_wins_over_the_environment():
    config = read_config(
        ["--index", "embedded"],
        {"INDEX": "opensearch", "MODEL": "openai:http://127.0.0.1:1/v1", "UPSTREAM_MODEL": "any"},
    )

    assert config.index == "embedded"
    assert config.model == "openai:http://127.0.0.1:1/v1"


@pytest.mark.parametrize(
    "environment", [{"INDEX": "solr"}, {"MODEL": "gpt"}, {"DASHBOARD_PORT": "http"}, {"MODEL_PORT": "70000"}]
)
def test_a_value_that_nobody_knows_is_refused_by_name(environment):
    (name, value), *_ = environment.items()
    with pytest.raises(UsageError, match=f"{name}={value}"):
        read_config([], environment)


def test_a_cloud_that_runs_already_takes_the_place_of_the_emulator():
    config = read_config([], {"CLOUD_ENDPOINT_URL": "http://127.0.0.1:4599/"})

    assert config.emulator_url == "http://127.0.0.1:4599"
    assert synth_variables(config)["LOCAL_EMULATOR_URL"] == "http://127.0.0.1:4599"


def test_the_app_hears_of_opensearch_only_when_it_is_wanted():
    assert "LOCAL_OPENSEARCH_URL" not in synth_variables(read_config([], {}))
    wanted = synth_variables(read_config([], {"INDEX": "opensearch", "OPENSEARCH_PORT": "9301"}))
    assert wanted["LOCAL_OPENSEARCH_URL"] == "http://127.0.0.1:9301"
    assert wanted["LOCAL_INDEX"] == "opensearch"


def test_a_chat_model_on_this_machine_may_take_its_time_and_the_extractive_one_need_not():
    silences = {
        model: synth_variables(read_config([], {"MODEL": model}))["LOCAL_MODEL_SILENCE"]
        for model in ("extractive", "smollm")
    }
    assert silences == {"extractive": "10", "smollm": "60"}
    assert stage_named("local", {"LOCAL_MODEL_SILENCE": "60"}).model_silence_seconds == 60
    assert stage_named("production").model_silence_seconds == 10


def test_the_model_server_shares_one_private_token(tmp_path):
    file = token_file(tmp_path / "state")

    assert token_file(tmp_path / "state").read_text() == file.read_text()
    assert len(file.read_text()) >= 32
    assert file.stat().st_mode & 0o077 == 0


def test_an_upstream_is_named_by_its_url(tmp_path):
    arguments = ["--model", "openai:http://127.0.0.1:11434/v1", "--state", str(tmp_path)]
    config = read_config(arguments, {"UPSTREAM_MODEL": "llama"})

    variables = settings(config, {"UPSTREAM_MODEL": "llama", "HOME": "/home/me"})

    assert variables["MODEL_UPSTREAM"] == "openai"
    assert variables["UPSTREAM_URL"] == "http://127.0.0.1:11434/v1"
    assert variables["UPSTREAM_MODEL"] == "llama"
    assert Path(variables["MODEL_SERVER_TOKEN_FILE"]).parent == tmp_path
    assert "HOME" not in variables


def test_each_kind_of_index_has_a_state_of_its_own():
    assert read_config([], {"INDEX": "opensearch"}).state == REPO / ".local" / "with-opensearch"
    assert read_config([], {"INDEX": "opensearch", "LOCAL_STATE": "/tmp/x"}).state == Path("/tmp/x")


def test_a_state_of_another_kind_of_index_is_refused(tmp_path):
    (tmp_path / "index-kind").write_text("opensearch")
    stack = LocalStack(read_config(["--state", str(tmp_path)], {}), Console())

    with pytest.raises(LocalStackError, match="was made with INDEX=opensearch"):
        stack._check_index()


def test_an_upstream_without_the_name_of_a_model_is_refused_with_what_to_set():
    with pytest.raises(UsageError, match="UPSTREAM_MODEL=llama3"):
        read_config([], {"MODEL": "openai:http://127.0.0.1:11434/v1"})


def test_what_is_printed_to_type_means_the_stack_that_runs(tmp_path):
    assert read_config([], {}).command("make stop") == "make stop"
    assert read_config([], {"INDEX": "opensearch"}).command("make stop") == "INDEX=opensearch make stop"
    elsewhere = read_config(["--state", str(tmp_path / "a b"), "--index", "opensearch"], {})
    assert elsewhere.command("make stop") == f"INDEX=opensearch LOCAL_STATE='{tmp_path}/a b' make stop"


def test_the_welcome_names_commands_and_logs_of_this_stack(tmp_path):
    text = welcome(read_config(["--state", str(tmp_path)], {}), None)

    assert f"LOCAL_STATE={tmp_path} make reset" in text
    assert f"LOCAL_STATE={tmp_path} .venv/bin/python -m infra.local stop model-server" in text
    assert f"Logs: {tmp_path}/logs" in text


def test_the_app_hears_how_functions_reach_this_machine():
    config = read_config([], {"LOCAL_HOST_FROM_FUNCTIONS": "host.docker.internal"})

    assert synth_variables(config)["LOCAL_HOST_FROM_FUNCTIONS"] == "host.docker.internal"
