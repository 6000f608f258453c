"""Connections end when their end of the talk does not come; an answer may take as long as it takes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from fastapi import FastAPI, Request

from web.connection import Bounds, Patience
from web.problems import answer_with_problems
from web.protection import HEADERS
from web.server import WebServer

LONG = Bounds(most=100, head_seconds=3600.0, body_seconds=3600.0, silent_seconds=3600.0)
SHORT = Bounds(head_seconds=30.0, body_seconds=900.0, silent_seconds=20.0)
GREEN_SECONDS = 60.0
HEAD = b"POST /said HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Served:
    """An application on a real port that answers what it was sent, once it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()
        self.port = 0
        self.app = FastAPI(openapi_url=None)
        answer_with_problems(self.app)
        self.app.add_api_route("/said", self._said, methods=["POST"])

    async def _said(self, request: Request) -> str:
        said = (await request.body()).decode()
        self.asked.set()
        await self.may_answer.wait()
        return said

    async def connected(self, *parts: bytes) -> Wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.writelines(parts)
        return reader, writer


@asynccontextmanager
async def served(bounds: Bounds) -> AsyncIterator[Served]:
    found = Served()
    server = WebServer(found.app, bounds)
    found.port = await server.start("127.0.0.1", 0)
    try:
        yield found
    finally:
        found.may_answer.set()
        await server.stop()


async def everything(wire: Wire) -> bytes:
    """What comes until the other side ends it, in whatever way."""
    reader, writer = wire
    try:
        async with asyncio.timeout(GREEN_SECONDS):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def test_a_head_that_drips_has_no_longer_than_one_that_stops() -> None:
    patience = Patience(SHORT, 100.0)
    patience.look(is_body=False, is_new=False, now=129.0)
    assert 130.0 == patience.ends_at


def test_each_request_of_a_connection_has_the_time_of_the_first() -> None:
    patience = Patience(SHORT, 100.0)
    patience.look(is_body=False, is_new=True, now=500.0)
    assert 530.0 == patience.ends_at


def test_a_body_has_its_time_from_its_last_part() -> None:
    patience = Patience(SHORT, 100.0)
    patience.look(is_body=True, is_new=False, now=110.0)
    patience.look(is_body=True, is_new=False, now=125.0)
    assert 145.0 == patience.ends_at


def test_a_body_that_drips_ends_all_the_same() -> None:
    patience = Patience(SHORT, 100.0)
    for now in range(110, 1010, 10):
        patience.look(is_body=True, is_new=False, now=float(now))
    assert 1010.0 == patience.ends_at


@pytest.mark.parametrize("sent", [b"", b"POST /sa", HEAD])
async def test_a_head_that_never_ends_ends_the_connection(sent: bytes) -> None:
    async with served(replace(LONG, head_seconds=0.05)) as house:
        assert b"" == await everything(await house.connected(sent))


async def test_a_body_that_never_ends_ends_the_connection_and_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async with served(replace(LONG, silent_seconds=0.05)) as house:
        with caplog.at_level(logging.ERROR):
            assert b"" == await everything(await house.connected(HEAD, b"\r\nab"))
    assert [] == caplog.records


async def test_an_answer_may_take_longer_than_a_request() -> None:
    async with served(replace(LONG, silent_seconds=0.05)) as house:
        house.may_answer.clear()
        patient = await house.connected(HEAD + b"Connection: close\r\n\r\nabcd")
        await asyncio.wait_for(house.asked.wait(), GREEN_SECONDS)
        assert b"" == await everything(await house.connected(HEAD, b"\r\nab"))  # so long it has been now
        house.may_answer.set()
        assert (await everything(patient)).endswith(b'"abcd"')


async def test_one_connection_too_many_ends_and_the_others_go_on() -> None:
    async with served(replace(LONG, most=2)) as house:
        first, second = await house.connected(HEAD), await house.connected(HEAD)
        assert b"" == await everything(await house.connected(HEAD))
        for reader, writer in (first, second):
            writer.write(b"Connection: close\r\n\r\nabcd")
            assert (await everything((reader, writer))).endswith(b'"abcd"')


async def test_what_is_no_http_is_told_so_by_a_protected_problem_document() -> None:
    async with served(LONG) as house:
        head, _, body = (await everything(await house.connected(b"\x16\x03\x01\r\n\r\n"))).partition(b"\r\n\r\n")
    assert (True, True) == (head.startswith(b"HTTP/1.1 400 "), b"application/problem+json" in head)
    assert [] == [name for name in HEADERS if name.lower().encode() not in head.lower()]
    assert body.startswith(b'{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "')
