"""What a process of the server is told when it starts: one line of JSON on its standard input, never its arguments."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

__all__ = ["Spec", "read_spec", "wait_for_end"]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What all processes of a server have in common.

    Parameters
    ----------
    root : str
        The folder that is served.
    socket : int
        Number of the open socket on which it listens; -1 for a process that does not.
    proxies : tuple of str
        Addresses of proxies that are believed.
    certificate, key : str or None
        Files, where the server speaks https itself.
    workers : str or None
        Address of whoever runs the partitions of jobs.
    log : {'auto', 'json', 'text'}
        Form of the log.
    grace : float
        How long requests and jobs may take to end. [s]
    """

    root: str
    socket: int = -1
    proxies: tuple[str, ...] = ()
    certificate: str | None = None
    key: str | None = None
    workers: str | None = None
    log: str = "auto"
    grace: float = 10.0

    @property
    def folder(self) -> Path:
        """The folder that is served."""
        return Path(self.root)

    def line(self) -> bytes:
        """As it travels."""
        return json.dumps(dataclasses.asdict(self)).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """What has travelled."""
        values: dict[str, Any] = json.loads(line)
        values["proxies"] = tuple(values["proxies"])
        return cls(**values)


def read_spec() -> Spec | None:
    """What this process is told, None where it is not needed after all.

    It is read without a buffer, for a thread goes on to read.
    """
    line = b""
    while not line.endswith(b"\n") and (part := os.read(0, 65536)):
        line += part
    return Spec.of(line) if line else None


def wait_for_end() -> None:
    """Return when whoever started this process is gone: then its standard input ends."""
    while os.read(0, 64):
        pass
