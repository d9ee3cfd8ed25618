"""A lake whose rows are those that a principal may see, and that takes only what the principal may write."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from wattstone.workflows.access.guarded_records import require_writing
from wattstone.workflows.access.policy import Act, Forbidden, Principal
from wattstone.workflows.access.view import View
from wattstone.workflows.stores import Codec, Commit, Lake, StagedFile

__all__ = ["GuardedLake"]

_COMMON = frozenset({"weather", "intensity"})
"""Tables about the sky and the grid, not about anybody."""
_BY_METER = frozenset({"readings", "registers", "latest"})
"""Tables whose rows are single readings."""
_BY_SUBJECT = frozenset({"forecasts", "plans"})
"""Tables whose rows are steps of a day."""


class GuardedLake:
    """The lake as one principal sees it.

    Parameters
    ----------
    lake : Lake
        Without a guard.
    view : View
        What lies within.
    """

    def __init__(self, lake: Lake, view: View) -> None:
        self._lake, self._view = lake, view

    @property
    def _who(self) -> Principal:
        return self._view.principal

    def version(self, table: str) -> int:
        """The newest version, -1 where there is none."""
        return self._lake.version(table)

    def batch_of(self, table: str, key: str) -> int | None:
        """The batch under which a source was committed."""
        return self._lake.batch_of(table, key)

    def newest(self, table: str) -> dict[str, Any] | None:
        """The newest commit, and what it said of itself."""
        return self._lake.newest(table)

    def commits(self, table: str) -> list[dict[str, Any]]:
        """Every commit, the newest first; for whom the whole organisation is open."""
        return self._lake.commits(table) if self._view.scope.whole else []

    def parts(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """Files by partition."""
        return self._lake.parts(table, version)

    def scan(
        self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None
    ) -> pl.LazyFrame | None:
        """Rows that may be seen, lazily; None where there are none."""
        held = self._lake.scan(table, parts=parts, version=version)
        if held is None or table in _COMMON:
            return held
        within = held if self._view.scope.whole else self._within(table, held)
        return within if within is None or not self._view.veiled else self._veiled(table, within)

    def files(self, table: str, *, parts: Iterable[int] | None = None, version: int | None = None) -> tuple[str, ...]:
        """Addresses of whole files: for whom nothing in them is hidden. Use cases that compute ask `acting` first."""
        self._check_open(table)
        return self._lake.files(table, parts=parts, version=version)

    def addresses(self, table: str, version: int | None = None) -> dict[int, tuple[str, ...]]:
        """The same by partition."""
        self._check_open(table)
        return self._lake.addresses(table, version)

    def stage(self, table: str, part: int, frame: pl.DataFrame, *, key: str, codec: Codec = "zstd") -> StagedFile:
        """Write a partition's rows."""
        self._check_writes()
        return self._lake.stage(table, part, frame, key=key, codec=codec)

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
        """Name staged files, and drop replaced ones."""
        self._check_writes()
        return self._lake.commit(table, staged, schema=schema, key=key, batch=batch, replaced=replaced, about=about)

    def append(self, table: str, frame: pl.DataFrame, commit: Commit, *, replace: bool = False) -> int:
        """Write a small table's rows."""
        self._check_writes()
        return self._lake.append(table, frame, commit, replace=replace)

    def discard(self, table: str, key: str) -> None:
        """Remove the staged files of a source."""
        self._check_writes()
        self._lake.discard(table, key)

    def recover(self) -> int:
        """Remove what killed runs left behind."""
        self._check_writes()
        return self._lake.recover()

    def _within(self, table: str, held: pl.LazyFrame) -> pl.LazyFrame | None:
        """Rows about what is within the scope; None for a table of which nobody can tell."""
        schema = held.collect_schema()
        if "meter" in schema:
            known: list[Any] = list(self._view.keys.values() if schema["meter"].is_integer() else self._view.keys)
            return held.filter(pl.col("meter").is_in(known))
        if "subject" in schema:
            # Members of activities are of a site: `activity:SITE/KIND/ITEM`.
            site = pl.col("subject").str.extract(r"^activity:([^/]+)/")
            theirs = site.is_in(sorted(self._view.scope.sites or ())).fill_null(value=False)
            return held.filter(pl.col("subject").is_in(list(self._view.subjects)) | theirs)
        for name in ("site_id", "site"):
            if name in schema:
                return held.filter(pl.col(name).cast(pl.String).is_in(sorted(self._view.scope.sites or ())))
        if table == "evidence":
            meter = pl.col("content").str.json_path_match("$.meter")
            site = pl.col("content").str.json_path_match("$.site")
            mine = site.is_in(sorted(self._view.scope.sites or ()))
            named = pl.when(pl.col("kind") == "slice").then(meter.is_in(list(self._view.keys)))
            # Who served whom, of all sites; what was asked of the programme, and what it rests on as a whole.
            whole = pl.col("kind").is_in(["allocation", "programme", "question", "given", "entries"])
            sited = named.when(pl.col("kind").is_in(["activities", "denominator", "entry"])).then(mine)
            return held.filter(sited.when(whole).then(pl.lit(value=False)).otherwise(pl.lit(value=True)))
        return None

    def _veiled(self, table: str, held: pl.LazyFrame) -> pl.LazyFrame:
        """Rows without those that tell of a dwelling's or a driver's day."""
        if table in _BY_METER and self._view.personal:
            return held.filter(~pl.col("meter").is_in(list(self._view.personal.values())))
        if table in _BY_SUBJECT and self._view.personal:
            return held.filter(~pl.col("subject").is_in([f"meter:{one}" for one in self._view.personal]))
        if table == "hours" and self._view.homes:
            return held.filter(~pl.col("site_id").cast(pl.String).is_in(sorted(self._view.homes)))
        if table == "sessions":
            return held.limit(0)
        return held

    def _check_open(self, table: str) -> None:
        """Refuse whole files to whom something in them is hidden."""
        if table in _COMMON:
            return
        if not self._view.scope.whole:
            raise Forbidden(Act.READ, f"the files of '{table}'", self._who.name)
        if self._view.veiled and table in (*_BY_METER, *_BY_SUBJECT, "hours", "sessions") and self._view.personal:
            raise Forbidden(Act.READ_PERSONAL, f"the files of '{table}'", self._who.name)

    def _check_writes(self) -> None:
        """Whoever sees a part of a table must not write it: rows that were not seen would be lost."""
        require_writing(self._who)
        if not self._view.scope.whole:
            raise Forbidden(Act.RUN, "the organisation", self._who.name)
