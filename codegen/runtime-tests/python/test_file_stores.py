"""Stores on file lose nothing, and say what is wrong by name."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from latido.client import FileOutbox, FilePositions, StoredMessage, StoreError
from latido.messages import StreamPosition

ORDERS = StreamPosition(stream="orders", epoch="e1", last_event_id=4)
CHAT = StreamPosition(stream="chat", epoch="e2", last_event_id=1)
IDS = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(3)]


def message(n: int, first_sent_at: int | None = None) -> StoredMessage:
    return StoredMessage(
        message_id=IDS[n], event="order_seen", payload={"n": n}, first_sent_at=first_sent_at
    )


def test_positions_outlive_their_process(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "deep" / "positions.json"
        store = FilePositions(path)
        assert await store.load() == ()
        await store.save([ORDERS, CHAT])
        moved = StreamPosition(stream="orders", epoch="e9", last_event_id=0)
        await store.save([moved])
        assert set(await FilePositions(path).load()) == {moved, CHAT}
        assert json.loads(path.read_text())[0] == {
            "stream": "orders",
            "epoch": "e9",
            "lastEventId": 0,
        }

    asyncio.run(run())


def test_a_save_without_a_load_keeps_what_is_there(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "positions.json"
        await FilePositions(path).save([ORDERS])
        await FilePositions(path).save([CHAT])
        assert set(await FilePositions(path).load()) == {ORDERS, CHAT}

    asyncio.run(run())


def test_a_write_that_fails_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        path = tmp_path / "positions.json"
        store = FilePositions(path)
        await store.save([ORDERS])

        def fail(_: int) -> None:
            raise OSError("no space")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space"):
            await store.save([CHAT])
        assert await FilePositions(path).load() == (ORDERS,)
        assert [each.name for each in tmp_path.iterdir()] == ["positions.json"]

    asyncio.run(run())


def test_drafts_of_a_process_that_stopped_are_cleared(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "positions.json.1234.tmp").write_text("[{")
        (tmp_path / "other.tmp").write_text("somebody's")
        assert await FilePositions(tmp_path / "positions.json").load() == ()
        assert [each.name for each in tmp_path.iterdir()] == ["other.tmp"]

    asyncio.run(run())


@pytest.mark.parametrize("content", ["", "{}", '[{"stream":1}]', "[", "\x00", '[{"stream":"a"}]'])
def test_a_file_of_something_else_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "positions.json"
    path.write_text(content)
    with pytest.raises(StoreError, match=r"positions\.json does not hold positions"):
        asyncio.run(FilePositions(path).load())


def test_members_of_a_newer_version_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "positions.json"
    path.write_text('[{"stream":"orders","epoch":"e1","lastEventId":4,"more":1}]')
    assert asyncio.run(FilePositions(path).load()) == (ORDERS,)


def test_messages_keep_their_order(tmp_path: Path) -> None:
    async def run() -> None:
        store = FileOutbox(tmp_path / "outbox")
        assert await store.load() == ()
        for n in (2, 0, 1):
            await store.save(message(n))
        await store.save(message(2, first_sent_at=5))
        await store.remove(IDS[0])
        await store.remove(IDS[0])
        again = FileOutbox(tmp_path / "outbox")
        assert await again.load() == (message(2, first_sent_at=5), message(1))
        await again.save(message(0))
        loaded = await FileOutbox(tmp_path / "outbox").load()
        assert [each.message_id for each in loaded] == [IDS[2], IDS[1], IDS[0]]

    asyncio.run(run())


def test_a_message_file_of_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / f"000000000000001-{IDS[0]}.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("left alone")
    with pytest.raises(StoreError, match=IDS[0]):
        asyncio.run(FileOutbox(tmp_path).load())


def test_drafts_are_those_of_this_file_whatever_its_name(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "shop[1].json.1234.tmp").write_text("[{")
        (tmp_path / "shop1.json.1234.tmp").write_text("of another store")
        assert await FilePositions(tmp_path / "shop[1].json").load() == ()
        assert [each.name for each in tmp_path.iterdir()] == ["shop1.json.1234.tmp"]

    asyncio.run(run())


@pytest.mark.parametrize("payload", ["\ud800", {"half": "a\udfff"}, 2**64, 1e300])
def test_every_payload_that_may_be_sent_is_read_again(tmp_path: Path, payload: object) -> None:
    async def run() -> None:
        stored = StoredMessage(message_id=IDS[0], event="order_seen", payload=payload)
        await FileOutbox(tmp_path).save(stored)
        assert await FileOutbox(tmp_path).load() == (stored,)

    asyncio.run(run())
