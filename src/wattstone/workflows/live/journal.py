"""What a live loop writes down as it goes: lines in a file, on disk before anything is done about them.

A journal is a folder of segments. One is open; each line of it is with the system before the call returns, so that a
process that is killed loses nothing that it had acknowledged. A segment that is closed never changes again: its
hash is the key by which the lake knows it, so that it is taken in once, however often that is tried.
"""

import gzip
import json
import os
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from wattstone.workflows.dispatch.announced import Announced
from wattstone.workflows.live.model import Command, Outcome, Sample

OPEN, CLOSED = ".open", ".jsonl"
_DIGITS = 8


class Journal:
    """Writes lines, and closes segments.

    Parameters
    ----------
    folder : pathlib.Path
        Of this site; made when needed. One process at a time writes to it.
    synced : bool
        Wait until lines are on the disk itself, not only with the system: then a power cut loses nothing either.
    """

    def __init__(self, folder: Path, *, synced: bool = True) -> None:
        self._folder = folder
        self._synced = synced
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()  # lines are written in one thread while another closes the segment
        folder.mkdir(parents=True, exist_ok=True)
        self._close_all()

    def samples(self, samples: Iterable[Sample], at: datetime) -> None:
        """Readings that arrived; with the system when this returns, and on the disk with the loop's next step."""
        lines = (
            {
                "what": "reading",
                "id": one.meter_id,
                "start": _stamp(one.start),
                "seconds": one.seconds,
                "value": one.value,
                "at": _stamp(at),
            }
            for one in samples
        )
        self._write(lines, synced=False)

    def sessions(self, said: Iterable[Announced], at: datetime) -> None:
        """Vehicles that were announced; on the disk when this returns."""
        self._write({"what": "session", **one.as_dict(), "at": _stamp(at)} for one in said)

    def commanded(self, commands: Sequence[Command], at: datetime) -> None:
        """About to be written to the devices; `reason` is only told where there is one."""
        self._write({**_line("commanded", one, one.value, at), **_note(one.source, one.reason)} for one in commands)

    def done(self, commands: Sequence[Command], outcomes: Sequence[Outcome], at: datetime) -> None:
        """Acknowledged, read back, or failed."""
        pairs = list(zip(commands, outcomes, strict=True))
        self._write(
            line
            for command, outcome in pairs
            for line in (
                {**_line("accepted", command, outcome.accepted, at), **_note(command.source, outcome.error)},
                _line("read_back", command, outcome.read_back, at),
            )
        )

    def event(self, what: str, note: str, at: datetime) -> None:
        """Something that an engineer will ask about later."""
        self._write([{"what": "event", "id": what, "note": note, "at": _stamp(at)}])

    def _write(self, lines: Iterable[dict[str, Any]], *, synced: bool = True) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines).encode()
        if not text:
            return
        with self._lock:
            file = self._opened()
            file.write(text)
            file.flush()
            if synced and self._synced:
                os.fsync(file.fileno())

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            taken = (int(path.name.split(".")[0]) for path in self._folder.rglob(f"*{CLOSED}*"))
            number = max(taken, default=0) + 1
            self._file = (self._folder / f"{number:0{_DIGITS}d}{OPEN}").open("xb")
        return self._file

    def close_segment(self) -> None:
        """Close what is open; the next line begins a new segment."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
            self._close_all()

    def abandon(self) -> None:
        """Let go of the open segment as it is; whoever opens the folder next closes it."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _close_all(self) -> None:
        """Close what is open, and what a killed process left open, without a line that was cut off."""
        for path in self._folder.glob(f"*{OPEN}"):
            content = path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            if not whole:
                path.unlink()
                continue
            if whole != content:
                with path.open("rb+") as file:
                    file.truncate(len(whole))
            path.rename(path.with_suffix(CLOSED))

    def closed(self) -> list[Path]:
        """Segments that wait to be taken in, the oldest first."""
        return sorted(self._folder.glob(f"*{CLOSED}"))

    def put_away(self, segment: Path, where: str) -> None:
        """Pack a segment that has been dealt with into a folder beside the others: `kept` or `refused`."""
        beside = self._folder / where
        beside.mkdir(exist_ok=True)
        packed = beside / f"{segment.name}.gz"
        part = packed.with_suffix(".part")
        part.write_bytes(gzip.compress(segment.read_bytes(), mtime=0))
        part.replace(packed)
        segment.unlink()


def _line(what: str, command: Command, value: float | None, at: datetime) -> dict[str, Any]:
    return {
        "what": what,
        "id": command.device.id,
        "start": _stamp(command.start),
        "value": value,
        "at": _stamp(at),
    }


def _note(source: str, note: str) -> dict[str, str]:
    return {"source": source, **({"note": note} if note else {})}


def _stamp(at: datetime) -> str:
    return at.isoformat()
