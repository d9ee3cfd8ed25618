"""Ports of the store: what the workflows need of the lake, whatever holds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import polars as pl

from wattstone.portfolio import Meter, Organisation, Site, Space
from wattstone.portfolio.measures import Measure

Codec = Literal["zstd", "snappy"]
"""How pages of a file are packed."""


@dataclass(frozen=True)
class StagedFile:
    """A file that is written and not yet named by any version.

    Parameters
    ----------
    path : str
        Relative to the table.
    size : int
        [bytes]
    part : int
        Its partition: `2019`, `201903` or `20190305`.
    statistics : str
        JSON in the log's form.
    """

    path: str
    size: int
    part: int
    statistics: str


@dataclass(frozen=True)
class Commit:
    """What a commit says of itself: the key of its source, its batch number, and strings for readers of the log."""

    key: str
    batch: int
    about: Mapping[str, str] = field(default_factory=dict[str, str])


class Lake(Protocol):
    """Tables of rows, partitioned, versioned, committed whole."""

    def version(self, table: str) -> int:
        """The newest version, -1 where there is none."""
        ...

    def batch_of(self, table: str, key: str) -> int | None:
        """The batch under which a source was committed, None if it never was."""
        ...

    def newest(self, table: str) -> dict[str, Any] | None:
        """The newest commit and what it said of itself; None where there is no table."""
        ...

    def commits(self, table: str) -> list[dict[str, Any]]:
        """Every commit, the newest first."""
        ...

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Files by partition."""
        ...

    def scan(
        self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None
    ) -> pl.LazyFrame | None:
        """Rows, lazily; None where there are none."""
        ...

    def files(self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None) -> tuple[str, ...]:
        """Addresses of files that a worker can read; they never change once they are named."""
        ...

    def addresses(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """The same by partition."""
        ...

    def stage(self, table: str, part: int, frame: pl.DataFrame, *, key: str, codec: Codec = "zstd") -> StagedFile:
        """Write a partition's rows to a file that no version names yet."""
        ...

    def commit(
        self,
        table: str,
        staged: Sequence[StagedFile],
        *,
        schema: pl.Schema,
        key: str,
        batch: int,
        replaced: Iterable[str] = (),
        about: Mapping[str, str] | None = None,
    ) -> int:
        """Name staged files, and drop replaced ones, in one step; return the new version."""
        ...

    def append(self, table: str, frame: pl.DataFrame, commit: Commit, *, replace: bool = False) -> int:
        """Write a small table's rows, which carry their partition in column `part`, in one commit."""
        ...

    def discard(self, table: str, key: str) -> None:
        """Remove the staged files of a source that is not going to be committed."""
        ...

    def recover(self) -> int:
        """Remove what killed runs left behind in any table."""
        ...


class Accepted(Protocol):
    """A factor of lesser confidence that somebody accepted."""

    @property
    def factor_id(self) -> str:
        """Which one."""
        ...

    @property
    def reason(self) -> str:
        """Why; the figures made from it show this."""
        ...


class Remembered(Protocol):
    """A mapping file that was kept."""

    @property
    def toml(self) -> str:
        """Its text."""
        ...


class Noted(Protocol):
    """A line of the audit log."""

    @property
    def what(self) -> str:
        """What was done."""
        ...

    @property
    def details(self) -> Mapping[str, Any]:
        """JSON values."""
        ...


class Records(Protocol):
    """What is known of the organisation: sites, meters, measures, tariffs, exceptions, settings, audit."""

    def organisation(self) -> Organisation:
        """The organisation."""
        ...

    def set_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation."""
        ...

    def sites(self) -> tuple[Site, ...]:
        """All sites, by id."""
        ...

    def spaces(self) -> tuple[Space, ...]:
        """All spaces, by id."""
        ...

    def meters(self) -> tuple[Meter, ...]:
        """All meters, in the order of their keys."""
        ...

    def meter_table(self) -> pl.DataFrame:
        """All meters as a table: `key` and a column for each field of `Meter`, in the order of the keys."""
        ...

    def meter_keys(self) -> dict[str, int]:
        """The key by which the lake knows each meter."""
        ...

    def meter_key(self, meter_id: str) -> int | None:
        """The key of one meter; None where nobody declared it."""
        ...

    def declare(
        self,
        sites: Sequence[Site],
        meters: Sequence[Meter],
        spaces: Sequence[Space] = (),
        *,
        sites_by: Literal["user", "table", "readings"] = "table",
        keys: Mapping[str, int] | None = None,
    ) -> dict[str, int]:
        """Declare sites, spaces and meters, all or none; return the meters' keys."""
        ...

    def measures(self) -> tuple[Measure, ...]:
        """All measures, by id."""
        ...

    def declare_measures(self, measures: Sequence[Measure], *, removed: Iterable[str] = ()) -> None:
        """Keep measures in place of those of the same id, and remove others, all or none."""
        ...

    def exceptions(self) -> Sequence[Accepted]:
        """Factors that were accepted although their confidence does not ship."""
        ...

    def accept_exception(self, factor_id: str, *, reason: str, who: str) -> None:
        """Accept a factor of lesser confidence."""
        ...

    def tariffs(self) -> dict[str, str]:
        """The text of each tariff (TOML) by its id."""
        ...

    def put_tariff(self, tariff_id: str, toml: str) -> None:
        """Keep a tariff."""
        ...

    def put_mapping(self, name: str, toml: str, *, source: str) -> None:
        """Keep a mapping file."""
        ...

    def mapping(self, name: str) -> "Remembered | None":
        """The mapping file that was kept for a file of that name."""
        ...

    def note(self, what: str, *, who: str, details: Mapping[str, Any] | None = None) -> None:
        """Write a line of the audit log."""
        ...

    def audit(self, *, last: int | None = None) -> "Iterator[Noted]":
        """The audit log, newest first."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
