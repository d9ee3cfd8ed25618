"""Many readers of a served workspace at once: latencies, errors, and what the generator itself costs.

Each reader has a connection that is kept open, asks for a page or a chart, reads the answer to its end, and waits. The
client is a few lines over asyncio's streams, so that the generator takes little of the two cores it shares with the
server; its CPU is reported.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np

Pick = Callable[[random.Random], tuple[str, str]]
"""Draws what is asked next: the kind of the request, and its path."""


@dataclass
class Heard:
    """What the readers saw.

    Parameters
    ----------
    seconds : dict of str to list of float
        Time to the last byte, by kind. [s]
    errors : list of str
        What went wrong, one line each.
    bytes : dict of str to int
        The largest answer as it was sent, by kind. [bytes]
    cpu : float
        Of the generator. [CPU-s]
    """

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    errors: list[str] = field(default_factory=list[str])
    bytes: dict[str, int] = field(default_factory=dict[str, int])
    cpu: float = 0.0

    def quantile(self, share: float, kind: str | None = None) -> float:
        """A quantile of the times of one kind, or of all. [s]"""
        held = self.seconds[kind] if kind else [one for of in self.seconds.values() for one in of]
        return float(np.quantile(held, share)) if held else float("nan")

    @property
    def count(self) -> int:
        """How many answers were read."""
        return sum(map(len, self.seconds.values()))


def read_together(
    base: str,
    headers: Sequence[dict[str, str]],
    pick: Pick,
    *,
    seconds: float,
    pause: float,
    seed: int = 0,
    least: int = 0,
) -> Heard:
    """Let readers read.

    Parameters
    ----------
    base : str
        `http://127.0.0.1:8765`.
    headers : sequence of dict
        One for each reader: who it is.
    pick : callable
        What it asks next.
    seconds, pause : float
        How long they read, and the mean time between an answer and the next request; it varies by a half. [s]
    seed : int
        Of the draws.
    least : int
        A reader stays until it has had as many answers, however long they take.
    """
    heard = Heard()
    before = time.process_time()
    asyncio.run(_all(base, headers, pick, heard, seconds, pause, seed, least))
    heard.cpu = time.process_time() - before
    return heard


async def _all(
    base: str, headers: Sequence[dict[str, str]], pick: Pick, heard: Heard, seconds: float, pause: float, seed: int,
    least: int,
) -> None:  # fmt: skip
    end = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for at, own in enumerate(headers):
            draw = random.Random(seed * 1_000_003 + at)
            group.create_task(_reader(base, own, pick, heard, end, pause, draw, least))


async def _reader(
    base: str, headers: dict[str, str], pick: Pick, heard: Heard, end: float, pause: float, draw: random.Random,
    least: int,
) -> None:  # fmt: skip
    address = urlsplit(base)
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": address.netloc, **headers}.items())
    await asyncio.sleep(draw.random() * pause)  # they do not come all at once
    asked = 0
    while time.monotonic() < end or asked < least:
        asked += 1
        kind, path = pick(draw)
        began = time.perf_counter()
        try:
            streams = streams or await asyncio.open_connection(address.hostname, address.port)
            streams[1].write(f"GET {path} HTTP/1.1\r\n{lines}Accept-Encoding: gzip\r\n\r\n".encode())
            await streams[1].drain()
            status, size, closed = await _answer(streams[0])
        except (OSError, asyncio.IncompleteReadError) as error:
            heard.errors.append(f"{path}: {type(error).__name__}")
            streams = None
        else:
            heard.seconds.setdefault(kind, []).append(time.perf_counter() - began)
            heard.bytes[kind] = max(heard.bytes.get(kind, 0), size)
            if status not in (200, 304):
                heard.errors.append(f"{path}: {status}")
            if closed:
                streams[1].close()
                streams = None
        await asyncio.sleep(pause * (0.5 + draw.random()))
    if streams is not None:
        streams[1].close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int, bool]:
    """Status, size of the body as it was sent, and whether the connection is closed after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    said = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    size = 0
    if said.get("transfer-encoding") == "chunked":
        while length := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            await reader.readexactly(length + 2)
            size += length
        await reader.readexactly(2)
    elif "content-length" in said:
        size = int(said["content-length"])
        await reader.readexactly(size)
    return status, size, said.get("connection") == "close"
