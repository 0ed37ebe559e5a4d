"""Facts: named, versioned, of the change itself, and silent about what people say."""

import re
from typing import get_args

import msgspec
import pytest

from autosocial.contracts.event_examples import EXAMPLES
from autosocial.contracts.events import DocumentPhase, Envelope, Fact, SessionOpened, stated
from autosocial.kernel.correlation import Correlation, correlate
from autosocial.kernel.ids import checked_id
from autosocial.knowledge.model import DocumentState

FACT = SessionOpened(visitor_id="v", conversation_id="c", channel="web", language="en")
PEOPLE_S_WORDS = {"text", "comment", "message", "preview", "question", "answer", "email", "name", "title"}


def state(creator_id="creator", subject_id="c", change="opened"):
    return stated(
        FACT,
        creator_id=creator_id,
        subject_id=subject_id,
        change=change,
        occurred_at="2026-03-01T12:00:00.250Z",
    )


def test_every_fact_has_an_example():
    assert {type(example.payload) for example in EXAMPLES} == set(get_args(Fact))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_read_back_as_it_was_written(example):
    text = msgspec.json.encode(example)
    assert msgspec.json.decode(text, type=Envelope) == example
    assert f'"type":"{example.name}/{example.version}"'.encode() in text
    assert checked_id(example.event_id) == example.event_id


@pytest.mark.parametrize("shape", get_args(Fact), ids=lambda shape: shape.__name__)
def test_a_fact_is_in_the_past_tense_and_says_nothing_that_people_say(shape):
    name, version = shape.__struct_config__.tag.split("/")
    assert re.fullmatch(r"[a-z]+\.[a-z_]*(ed|sent|begun|gone)", name)
    assert version.isdecimal()
    assert not PEOPLE_S_WORDS & set(shape.__struct_fields__)


def test_the_same_change_has_one_id_whoever_tells_of_it_and_when():
    first = state()
    correlate(Correlation("another-request"))
    assert state().event_id == first.event_id
    others = [state(creator_id="x"), state(subject_id="x"), state(change="x")]
    assert len({first.event_id, *(other.event_id for other in others)}) == 4


def test_a_fact_leads_to_the_request_that_caused_it():
    correlate(Correlation("request-7", "1-trace"))
    assert (state().request_id, state().trace_id) == ("request-7", "1-trace")


def test_without_a_sequence_of_its_own_a_fact_counts_milliseconds():
    assert state().sequence == 1_772_366_400_250


def test_an_unknown_fact_is_not_mistaken_for_a_known_one():
    text = msgspec.json.encode(state()).replace(b"session.opened/1", b"session.opened/2")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Envelope)


def test_a_document_has_no_state_that_a_fact_cannot_tell():
    assert {*DocumentState, "deleted"} == set(get_args(DocumentPhase))
