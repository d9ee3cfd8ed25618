"""Editions as they are kept: rows of a table of the lake that are added to and never changed.

An edition's row is written to a file first and named in one commit; a line of the audit log tells of it. Who is killed
before the commit has locked nothing; who is killed after it finds the edition there, and the line is written by the
next lock. Signatures that come later are rows of a table beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.disclosure.manifest import digest
from wattstone.disclosure.statement import Edition
from wattstone.workflows.disclosure.signing import Signature
from wattstone.workflows.stores import Commit, Lake
from wattstone.workflows.workspace import Workspace

__all__ = [
    "EDITIONS", "LOCKED", "SIGNED", "KeptEdition", "Logged", "add_edition", "add_signature", "kept_edition",
    "kept_editions", "logged", "not_whole",
]  # fmt: skip

EDITIONS: Final = "editions"
SIGNATURES: Final = "edition_signatures"
LOCKED: Final = "lock report"
SIGNED: Final = "sign report"
"""What lines of the audit log call it."""

_EDITION: Final[Mapping[str, Any]] = {
    "standard": pl.String, "year": pl.Int32, "number": pl.Int32, "sha256": pl.String, "manifest": pl.String,
    "locked_by": pl.String, "locked_at": pl.String, "why": pl.String, "signature": pl.String,
}  # fmt: skip
_PLAIN: Final = tuple(name for name in _EDITION if name not in ("manifest", "signature"))
_SIGNATURE: Final[Mapping[str, Any]] = {
    "standard": pl.String, "year": pl.Int32, "number": pl.Int32, "signature": pl.String,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class KeptEdition:
    """An edition as its row says it.

    Parameters
    ----------
    standard, year, number : str, int, int
        Whose: `tcfd`, without its version.
    sha256 : str
        Of the manifest, as it was locked.
    content : bytes
        The canonical manifest.
    locked_by, locked_at, why : str
    signatures : tuple of Signature
        In the order in which they were made.
    """

    standard: str
    year: int
    number: int
    sha256: str
    content: bytes
    locked_by: str
    locked_at: str
    why: str
    signatures: tuple[Signature, ...] = ()

    @property
    def place(self) -> str:
        """How findings name it."""
        return f"{self.standard} {self.year}, edition {self.number}"

    @property
    def whole(self) -> bool:
        """Whether the manifest has the hash that was locked."""
        return digest(self.content) == self.sha256

    @property
    def manifest(self) -> dict[str, Any]:
        """What it holds; InputRefused where it is no JSON any more."""
        try:
            return json.loads(self.content)
        except ValueError:
            raise InputRefused([not_whole(self)]) from None

    @property
    def edition(self) -> Edition:
        """What a statement says of it; its key is the first that signed."""
        return Edition(
            number=self.number, sha256=self.sha256, locked_by=self.locked_by,
            locked_at=datetime.fromisoformat(self.locked_at), why=self.why,
            key=self.signatures[0].key if self.signatures else "",
        )  # fmt: skip

    @classmethod
    def made(cls, edition: Edition, standard: str, year: int, content: bytes) -> Self:
        """A new one, of a manifest."""
        return cls(
            standard=standard, year=year, number=edition.number, sha256=digest(content), content=content,
            locked_by=edition.locked_by, locked_at=edition.locked_at.astimezone(UTC).isoformat(), why=edition.why,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Logged:
    """What the audit log says of an edition."""

    number: int
    sha256: str
    key: str = ""


def kept_editions(lake: Lake, standard: str, year: int) -> tuple[KeptEdition, ...]:
    """The editions of a standard and a year, the first first."""
    held = _of(lake, EDITIONS, standard, year)
    later: dict[int, list[Signature]] = {}
    for row in _of(lake, SIGNATURES, standard, year).iter_rows(named=True):
        later.setdefault(row["number"], []).extend(_read(row["signature"]))
    return tuple(
        KeptEdition(
            **{name: row[name] for name in _PLAIN}, content=row["manifest"].encode(),
            signatures=(*_read(row["signature"]), *sorted(later.get(row["number"], ()), key=lambda one: one.at)),
        )
        for row in held.sort("number").iter_rows(named=True)
    )  # fmt: skip


def kept_edition(lake: Lake, standard: str, year: int, number: int | None = None) -> KeptEdition:
    """An edition; the newest where no number is named.

    Raises
    ------
    InputRefused
        If there is none.
    """
    held = kept_editions(lake, standard, year)
    found = [one for one in held if number in (None, one.number)]
    if found:
        return found[-1]
    finding = Finding(
        code="edition.none", place=f"{standard} {year}" + ("" if number is None else f", edition {number}"),
        found="there is no such edition", expected="one of the {count} that were locked" if held else "a locked report",
        remedy="list them with `wattstone disclose status`, or lock the draft with `wattstone disclose lock`",
        count=len(held),
    )  # fmt: skip
    raise InputRefused([finding])


def add_edition(lake: Lake, made: KeptEdition) -> None:
    """Keep an edition with the signature that it was locked with: a file, then the commit that names it."""
    row: dict[str, Any] = {name: getattr(made, name) for name in _PLAIN}
    row |= {"manifest": made.content.decode(), "signature": _written(made.signatures[0]) if made.signatures else None}
    about = {"standard": made.standard, "year": str(made.year), "edition": str(made.number), "sha256": made.sha256}
    key = f"{_key(made.standard, made.year, made.number)}:{made.sha256}"
    lake.append(EDITIONS, _frame(row, _EDITION), Commit(key, made.number, about))


def add_signature(lake: Lake, of: KeptEdition, signature: Signature) -> None:
    """Keep a signature of an edition."""
    row: dict[str, Any] = {"standard": of.standard, "year": of.year, "number": of.number}
    row |= {"signature": _written(signature)}
    key = f"{_key(of.standard, of.year, of.number)}:{signature.key}:{signature.sha256}"
    lake.append(SIGNATURES, _frame(row, _SIGNATURE), Commit(key, of.number))


def logged(workspace: Workspace, standard: str, year: int) -> dict[int, Logged]:
    """What the audit log says was locked, by number; the log itself is a chain, which is checked by itself."""
    found: dict[int, Logged] = {}
    for line in workspace.records.audit():
        said = line.details
        if line.what == LOCKED and (said.get("standard"), said.get("year")) == (standard, year):
            number = int(said["edition"])
            found[number] = Logged(number=number, sha256=str(said["sha256"]), key=str(said.get("key", "")))
    return found


def not_whole(kept: KeptEdition) -> Finding:
    """The finding on a manifest that is not as it was locked."""
    return Finding(
        code="edition.manifest", place=kept.place,
        found="its manifest no longer has the hash {sha256} with which it was locked",
        expected="a manifest as it was locked, to the byte",
        remedy="restore the workspace from a copy that was kept apart, and find out who wrote to the table of editions",
        params={"sha256": kept.sha256},
    )  # fmt: skip


def _written(signature: Signature) -> str:
    return json.dumps(signature.as_dict(), sort_keys=True)


def _read(text: str | None) -> list[Signature]:
    return [] if text is None else [Signature.read(json.loads(text))]


def _key(standard: str, year: int, number: int) -> str:
    return f"edition:{standard}:{year}:{number}"


def _of(lake: Lake, table: str, standard: str, year: int) -> pl.DataFrame:
    held = lake.scan(table, parts=[year])
    schema = _EDITION if table == EDITIONS else _SIGNATURE
    if held is None:
        return pl.DataFrame(schema=schema)
    mine = (pl.col("standard") == standard) & (pl.col("year") == year)
    return held.filter(mine).select(list(schema)).collect()


def _frame(row: Mapping[str, Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([row], schema=schema).with_columns(pl.lit(row["year"], pl.Int32).alias("part"))
