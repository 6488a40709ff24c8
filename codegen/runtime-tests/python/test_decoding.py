"""Frames are decoded with every bound; a refusal names the member and the bound, not the value."""

from typing import Any, Literal

import pytest

import latido
from latido import DecodeError, JsonDecodeError, UnknownFrame
from latido.decoding import decoder_of

POSITION = {"stream": "s", "epoch": "e", "lastEventId": 1}


def ack(**members: Any) -> str:
    """Write an ACK of one position with other members in it."""
    return latido.write_json({"type": "ACK", "streams": [POSITION | members]})


def refusal(text: str) -> DecodeError:
    """Decode what must be refused."""
    with pytest.raises(DecodeError) as caught:
        latido.decode_client_frame(text)
    return caught.value


@pytest.mark.parametrize(
    ("bound", "kept"),
    [("1.0", 1), ("1e0", 1), ("-0", 0), ("-0.0", 0), ("9007199254740991", 2**53 - 1)],
)
def test_an_integer_is_what_json_schema_takes_for_one(bound: str, kept: int) -> None:
    frame = latido.decode_client_frame(ack().replace("1}", f"{bound}}}"))
    assert isinstance(frame, latido.AckFrame)
    assert frame.streams[0].last_event_id == kept
    assert type(frame.streams[0].last_event_id) is int


@pytest.mark.parametrize(
    ("members", "path", "problem"),
    [
        ({"lastEventId": -1}, "/streams/0/lastEventId", "must be at least 0"),
        ({"lastEventId": 2**53}, "/streams/0/lastEventId", "must be at most 9007199254740991"),
        ({"lastEventId": 1e300}, "/streams/0/lastEventId", "must be at most 9007199254740991"),
        ({"lastEventId": 0.5}, "/streams/0/lastEventId", "must be an integer"),
        ({"lastEventId": True}, "/streams/0/lastEventId", "must be an integer"),
        ({"lastEventId": None}, "/streams/0/lastEventId", "must be an integer"),
        ({"lastEventId": "1"}, "/streams/0/lastEventId", "must be an integer"),
        ({"stream": "😀" * 257}, "/streams/0/stream", "must have at most 256 characters"),
        ({"epoch": ""}, "/streams/0/epoch", "must have at least 1 character"),
    ],
)
def test_a_fault_names_the_member_and_the_bound(
    members: dict[str, Any], path: str, problem: str
) -> None:
    error = refusal(ack(**members))
    assert (error.path, error.problem) == (path, f"{path[1:].replace('/', '.')} {problem}")


def test_lengths_are_code_points() -> None:
    assert isinstance(latido.decode_client_frame(ack(stream="😀" * 256)), latido.AckFrame)


def test_patterns_match_whole_texts() -> None:
    message = {"type": "MESSAGE", "messageId": "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10"}
    for event in ("order\n", "order१", "a b"):
        error = refusal(latido.write_json(message | {"event": event, "payload": None}))
        assert error.path == "/event"
        assert event not in error.problem


def test_null_is_not_absent() -> None:
    assert refusal('{"type":"DISCONNECT","reason":null}').path == "/reason"
    frame = latido.decode_client_frame('{"type":"HEARTBEAT","timestamp":null}')
    assert latido.write_json(frame) == '{"type":"HEARTBEAT","timestamp":null}'
    frame = latido.decode_client_frame('{"type":"HEARTBEAT"}')
    assert latido.write_json(frame) == '{"type":"HEARTBEAT"}'


@pytest.mark.parametrize("text", ["[]", "null", "7", '"HEARTBEAT"', "true"])
def test_only_an_object_is_a_frame(text: str) -> None:
    assert refusal(text).problem == "the frame must be an object"


def test_a_frame_has_a_type() -> None:
    assert refusal("{}").path == ""
    assert refusal('{"type":7}').path == "/type"
    assert isinstance(refusal("{"), JsonDecodeError)


def test_what_a_newer_peer_sends_is_kept() -> None:
    """FRAME-8, FRAME-12: unknown types and values are no errors."""
    unknown = latido.decode_server_frame('{"type":"FROM_2099","more":[1]}')
    assert unknown == UnknownFrame("FROM_2099", {"type": "FROM_2099", "more": [1]})
    assert isinstance(latido.decode_server_frame('{"type":"HEARTBEAT"}'), UnknownFrame)
    known = {"type": "FULL_REFRESH", "timestamp": "t", **POSITION, "reason": "from_2099"}
    frame = latido.decode_server_frame(latido.write_json(known | {"\ud800": 1, "newer": {}}))
    assert isinstance(frame, latido.FullRefreshFrame)
    assert frame.reason == "from_2099"


def test_a_frame_inside_another_has_its_type() -> None:
    event = {
        "timestamp": "t",
        "stream": "s",
        "epoch": "e",
        "eventId": 1,
        "event": "a",
        "payload": 1,
    }
    page = {
        "type": "SYNC",
        "timestamp": "t",
        "stream": "s",
        "epoch": "e",
        "fromEventId": 0,
        "events": [event],
        "headEventId": 1,
        "complete": True,
    }
    with pytest.raises(DecodeError, match="lacks the member type"):
        latido.decode_server_frame(latido.write_json(page))


def test_a_path_that_the_sender_wrote_at_length_is_not_told() -> None:
    scope = {"k" * 600: 7}
    error = refusal(
        latido.write_json(
            {
                "type": "MESSAGE",
                "messageId": "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10",
                "event": "a",
                "payload": 1,
                "scope": scope,
            }
        )
    )
    assert "kkk" not in str(error)


def test_a_body_is_decoded_from_bytes() -> None:
    response = latido.decode_webhook_response(b'{"outcome":"refuse","code":"forbidden"}')
    assert (response.outcome, response.code, response.message) == ("refuse", "forbidden", None)
    with pytest.raises(DecodeError, match="outcome must be one of accept, publish, refuse"):
        latido.decode_webhook_response(b'{"outcome":"later"}')


@pytest.mark.parametrize("same", [1, 1.0])
def test_a_literal_number_is_compared_by_its_value(same: object) -> None:
    value = decoder_of(Literal[1])(same)
    assert (value, type(value)) == (1, int)


@pytest.mark.parametrize("other", [True, "1", 1.5, 2, None, float("inf")])
def test_a_literal_number_takes_nothing_else(other: object) -> None:
    with pytest.raises(DecodeError, match="must be one of 1"):
        decoder_of(Literal[1])(other)
