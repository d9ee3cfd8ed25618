"""Ports of the store: what the workflows need of the lake, whatever holds it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

import polars as pl

from wattstone.inventory.instruments import Claim, HeldInstrument
from wattstone.inventory.ledger import LedgerBreak, LedgerLine
from wattstone.inventory.released import Release, Waiver
from wattstone.inventory.scope3 import Decided
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


BoardState = Literal["open", "planned", "doing", "done", "dismissed"]
"""Where a finding stands on the board."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document that was made and kept; its content is asked for by itself.

    Parameters
    ----------
    id : str
        Made by whoever keeps it; a document of the same id is replaced.
    kind, subject : str
        As `inventory` and `2019`, or `savings` and the measure's id.
    language, title : str
        As it was made.
    site : str or None
        Whose site it shows; None: the whole organisation, or several sites.
    made : datetime
        Naive UTC.
    run : str or None
        The run whose figures it shows.
    figures : tuple of str
        Ids of the figures in it.
    facts : mapping
        JSON values: the period, and whatever a list of documents says.
    """

    id: str
    kind: str
    subject: str
    language: str
    title: str
    site: str | None = None
    made: datetime
    run: str | None = None
    figures: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class BoardEntry:
    """What was decided about a finding; findings without an entry are open.

    Parameters
    ----------
    key : str
        Of the finding: the same each time it is found.
    state : {'open', 'planned', 'doing', 'done', 'dismissed'}
        Where it stands.
    who, changed : str, datetime
        Who put it there, when (naive UTC).
    note : str
        Why; a finding is dismissed with a reason.
    owner, due : str or None, date or None
        Who looks after it, and until when.
    """

    key: str
    state: BoardState
    who: str
    changed: datetime
    note: str = ""
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is decided about a card of the board, to be kept as a whole.

    Parameters
    ----------
    entry : BoardEntry
        What is to stand on the board.
    entry_was : BoardEntry or None
        What stood there when it was decided.
    measure, measure_was : Measure or None
        The measure that is declared with it, and what it was; None where nothing is said of a measure, or it is new.
    lines : tuple
        Of the audit log, under the name of `entry.who`: what was done, and JSON values.
    """

    entry: BoardEntry
    entry_was: BoardEntry | None = None
    measure: Measure | None = None
    measure_was: Measure | None = None
    lines: tuple[tuple[str, Mapping[str, Any]], ...] = ()


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
        cleared: Collection[str] = (),
    ) -> dict[str, int]:
        """Declare sites, spaces and meters, all or none; return the meters' keys.

        What is null says nothing, but in the fields that are `cleared`: there it takes back what was said.
        """
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

    def put_document(self, document: Document, content: bytes) -> None:
        """Keep a document, in place of the one of its id."""
        ...

    def documents(self, kind: str | None = None, subject: str | None = None) -> tuple[Document, ...]:
        """Documents, newest first; of a kind, about a subject."""
        ...

    def document(self, document_id: str) -> Document | None:
        """The document of that id."""
        ...

    def document_content(self, document_id: str) -> bytes | None:
        """What stands in it; None where there is none such."""
        ...

    def remove_document(self, document_id: str) -> None:
        """Remove a document."""
        ...

    def board(self) -> dict[str, BoardEntry]:
        """What was decided about findings, by their keys."""
        ...

    def decide(self, decision: Decision) -> bool:
        """Keep what was decided about a card, all or none; False where what it was decided from has changed since."""
        ...

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting (a JSON value), or `default` where there is none."""
        ...

    def put_setting(self, key: str, value: Any) -> None:
        """Keep a setting."""
        ...

    def instruments(self) -> tuple[HeldInstrument, ...]:
        """All contractual instruments, by id, those that were withdrawn among them."""
        ...

    def put_instruments(self, held: Sequence[HeldInstrument]) -> None:
        """Keep instruments in place of those of the same id, all or none."""
        ...

    def claims(self) -> tuple[Claim, ...]:
        """What the inventories of years claim of instruments."""
        ...

    def put_claims(self, year: int, claims: Sequence[Claim]) -> None:
        """Keep what a year claims, in place of what it claimed before; refused where there is not so much left."""
        ...

    def scope3_decisions(self) -> tuple[Decided, ...]:
        """Everything that was ever decided about categories of scope 3, in the order in which it was said."""
        ...

    def add_scope3_decisions(self, decided: Sequence[Decided]) -> None:
        """Keep what was decided, beside what was said before."""
        ...

    def releases(self) -> tuple[Release, ...]:
        """Every release, in the order in which they were made."""
        ...

    def add_release(self, release: Release) -> None:
        """Keep a release, beside the earlier ones of its year."""
        ...

    def waivers(self) -> tuple[Waiver, ...]:
        """Every finding that was let pass, in the order in which it was said."""
        ...

    def add_waivers(self, waivers: Sequence[Waiver]) -> None:
        """Keep what was let pass."""
        ...

    def restatement_lines(self) -> tuple[LedgerLine, ...]:
        """Every line of the restatement ledger, in their order."""
        ...

    def add_restatements(self, deeds: Sequence[tuple[str, Mapping[str, Any]]], *, who: str) -> tuple[LedgerLine, ...]:
        """Write lines of the restatement ledger, all or none; what was done, and JSON values."""
        ...

    def check_restatements(self) -> LedgerBreak | None:
        """The first line at which the chain of the ledger does not hold; None where it does."""
        ...

    def programme_entries(
        self, kind: str, *, entries: Sequence[str] | None = None, at: datetime | None = None, seq: int | None = None
    ) -> pl.DataFrame:
        """The newest version of each entry of a kind, before a moment or up to a number; those withdrawn among them."""
        ...

    def programme_count(self, kind: str, *, sites: Collection[str] | None = None) -> int:
        """How many entries of a kind are in force; at these sites where they are named."""
        ...

    def programme_ids(
        self, kind: str, *, sites: Collection[str] | None = None, among: Collection[str] | None = None
    ) -> frozenset[str]:
        """Ids of the entries of a kind that are in force; at these sites, and among these, where they are named."""
        ...

    def programme_page(
        self, kind: str, *, sites: Collection[str] | None = None, after: str = "", skip: int = 0, most: int = 100
    ) -> pl.DataFrame:
        """Some of the entries of a kind that are in force, in the order of the database, behind an entry."""
        ...

    def programme_span(self, first: int, last: int) -> pl.DataFrame:
        """The versions of these numbers, the last among them."""
        ...

    def programme_history(self, kind: str, entry: str) -> pl.DataFrame:
        """Every version of an entry, the first first."""
        ...

    def programme_versions(self, hashes: Sequence[str]) -> pl.DataFrame:
        """The versions of these hashes, whether they hold or not."""
        ...

    def programme_seq(self) -> int:
        """Number of the newest version of any entry; 0 where there is none."""
        ...

    def add_programme_entries(
        self,
        rows: pl.DataFrame,
        *,
        what: str,
        who: str,
        details: Mapping[str, Any] | None = None,
        documents: Sequence[tuple[Document, bytes]] = (),
    ) -> None:
        """Add versions of entries, documents that are not there yet, and the line of the audit log: all or none."""
        ...

    def revision(self, *tables: str) -> int:
        """A number that grows with everything that is written to these tables, or to any where none is named."""
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
