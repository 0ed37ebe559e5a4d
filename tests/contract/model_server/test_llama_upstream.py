"""The whole way with a real language model: boto3 → model server → llama.cpp's OpenAI-compatible server."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from autosocial.adapters.bedrock.chat import BedrockChatModel
from autosocial.conversations.ports import Prompt, Turn
from autosocial.kernel.errors import PermanentError, TransientError
from infra.local.processes import wait_until
from tests.contract.model_server.running_server import CHAT, client, running

pytestmark = pytest.mark.slow
KEY = "a-key-for-llama"
ROOT = Path(__file__).parents[3]
PROMPT = Prompt(
    system="You are brief.", turns=(Turn("user", "Write four sentences about the sea."),), max_tokens=12
)


@pytest.fixture(scope="module")
def llama():
    command = [sys.executable, "-m", "tests.contract.model_server.llama_process", KEY]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        address = ""
        while not address.startswith("http"):
            address = process.stdout.readline().strip()
            assert address or process.poll() is None
        yield address
        process.stdin.close()
        process.wait(timeout=60)


def upstream(llama, **changes):
    variables = {
        "MODEL_UPSTREAM": "openai",
        "UPSTREAM_URL": f"{llama}/v1",
        "UPSTREAM_MODEL": "smollm2-135m-instruct",
        "UPSTREAM_API_KEY": KEY,
        "EMBEDDING_ENGINE": "native",
    }
    return {**variables, **changes}


@pytest.fixture(scope="module")
def server(llama):
    with running(upstream(llama)) as address:
        yield address


def patient(address):
    return client(address, read_timeout_seconds=240)


def test_a_real_models_answer_arrives_in_pieces(server):
    stream = BedrockChatModel(patient(server), model_id=CHAT, temperature=0).stream(PROMPT)

    assert len(list(stream)) >= 5
    assert stream.model == "smollm2-135m-instruct"
    assert stream.stop_reason in {"end_turn", "max_tokens"}
    assert 0 < stream.output_tokens <= 12
    assert stream.input_tokens > 5


def test_converse_gives_the_same_answer_in_one_piece(server):
    boto = patient(server)
    message = {"role": "user", "content": [{"text": PROMPT.turns[0].text}]}
    response = boto.converse(
        modelId=CHAT,
        system=[{"text": PROMPT.system}],
        messages=[message],
        inferenceConfig={"maxTokens": 12, "temperature": 0},
    )
    streamed = "".join(BedrockChatModel(boto, model_id=CHAT, temperature=0).stream(PROMPT))

    assert response["output"]["message"]["content"][0]["text"] == streamed
    assert response["additionalModelResponseFields"] == {"model": "smollm2-135m-instruct"}


def test_leaving_early_stops_the_model_so_that_the_next_answer_need_not_wait(server, llama):
    long = Prompt(system="", turns=(Turn("user", "Write a very long story."),), max_tokens=1500)
    for _piece in BedrockChatModel(patient(server), model_id=CHAT, temperature=0).stream(long):
        break

    def slot():
        (only,) = httpx.get(f"{llama}/slots", headers={"Authorization": f"Bearer {KEY}"}, timeout=60).json()
        return only

    assert wait_until(lambda: not slot()["is_processing"], timeout_seconds=120)
    assert slot()["next_token"][0]["has_next_token"], "it wrote all of it before it was free again"


def test_a_prompt_above_the_models_context_is_refused_for_good(server):
    prompt = Prompt(system="", turns=(Turn("user", "word " * 6000),))

    with pytest.raises(PermanentError):
        BedrockChatModel(patient(server), model_id=CHAT).stream(prompt)


def test_a_wrong_key_for_the_upstream_is_a_failure_of_the_model(llama):
    with (
        running(upstream(llama, UPSTREAM_API_KEY="wrong"), wait=False) as address,
        pytest.raises(TransientError),
    ):
        BedrockChatModel(client(address), model_id=CHAT).stream(PROMPT)


def test_the_bundled_model_answers_inside_the_server():
    with running(
        {"MODEL_UPSTREAM": "smollm", "EMBEDDING_ENGINE": "native", "SMOLLM_THREADS": "1"}
    ) as address:
        stream = BedrockChatModel(patient(address), model_id=CHAT).stream(PROMPT)

        assert len(list(stream)) >= 3
        assert stream.model == "smollm2-135m-instruct"
