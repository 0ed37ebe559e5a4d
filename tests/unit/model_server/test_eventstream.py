from botocore.eventstream import EventStreamBuffer

from functions.model_server.errors import ModelTimeoutError, ThrottlingError, stream_exception
from functions.model_server.eventstream import event_frame, exception_frame


def decoded(data):
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return list(buffer)


def test_botocore_reads_an_event_frame_with_its_checksums():
    (event,) = decoded(event_frame("contentBlockDelta", {"delta": {"text": "¿Qué tal? 🎉"}}))

    assert event.headers == {
        ":event-type": "contentBlockDelta",
        ":message-type": "event",
        ":content-type": "application/json",
    }
    assert event.payload.decode() == '{"delta":{"text":"¿Qué tal? 🎉"}}'


def test_frames_that_arrive_in_pieces_are_put_together():
    data = b"".join(event_frame("contentBlockDelta", {"n": number}) for number in range(50))
    buffer = EventStreamBuffer()
    seen = []
    for start in range(0, len(data), 7):
        buffer.add_data(data[start : start + 7])
        seen += [event.payload for event in buffer]

    assert seen == [b'{"n":%d}' % number for number in range(50)]


def test_an_exception_frame_carries_its_type():
    (event,) = decoded(exception_frame(*stream_exception(ThrottlingError("busy"))))

    assert event.headers[":message-type"] == "exception"
    assert event.headers[":exception-type"] == "throttlingException"


def test_an_error_that_streams_do_not_know_becomes_a_model_stream_error():
    kind, body = stream_exception(ModelTimeoutError("too slow"))

    assert kind == "modelStreamErrorException"
    assert body == {"message": "too slow", "originalMessage": "too slow", "originalStatusCode": 408}
