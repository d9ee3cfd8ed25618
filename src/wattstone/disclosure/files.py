"""Files of scenarios as tables of entries: the wide and the long form of IAMC (NGFS), and the long form of the IEA.

A value that is empty in a file is none, never zero. What a file does not say itself (its provider, edition, source,
licence) may stand in lines before its header, as `# provider: NGFS`, or is given beside it.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.programme.kinds import RecordKind
from wattstone.programme.telling import saying
from wattstone.readings.problems import Problems
from wattstone.readings.sheets import Headers, Sheet, read_tables
from wattstone.readings.tabular.csv import ROW

__all__ = ["GIVEN", "Wanted", "paths_of", "sheets"]

GIVEN: Final = ("provider", "model", "edition", "source", "licence")
"""What may be said of a whole file."""

_KIND: Final = "path"
_FIRST, _LAST = 1990, 2200
_YEARS: Final = tuple(str(year) for year in range(_FIRST, _LAST + 1))
_HEAD: Final = 1 << 14  # bytes
_SAID: Final = re.compile(r"^#\s*(\w+)\s*[:=]\s*(.+?)\s*,*\s*$")
_LEAST: Final = 4
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": (), "model": (), "edition": ("version", "release"), "scenario": (), "region": (), "variable": (),
    "unit": ("units",), "year": (), "value": (), "source": (), "licence": ("license",), "confidence": (),
    "publication": (), "category": (), "product": (), "flow": (),
}  # fmt: skip
_IAMC: Final = ("model", "scenario", "region", "variable", "unit")
_IEA: Final = ("scenario", "category", "product", "flow", "unit", "region", "year", "value")
_LONG: Final = ("scenario", "region", "variable", "unit", "year", "value")
_OWN: Final = (
    "provider",
    "model",
    "edition",
    "scenario",
    "region",
    "variable",
    "year",
    "value",
    "unit",
    "source",
    "licence",
)
_say = saying("path")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is taken of a file, and what is said of all of it.

    Parameters
    ----------
    given : mapping of str to str
        `GIVEN`, where the file does not say it; what a cell says holds before it.
    scenarios, regions, variables : collection of str
        Names as the provider has them; all where empty.
    """

    given: Mapping[str, str] = field(default_factory=dict[str, str])
    scenarios: Collection[str] = ()
    regions: Collection[str] = ()
    variables: Collection[str] = ()


def sheets(kind: RecordKind, path: Path) -> tuple[Sheet, ...] | None:
    """The values of a file of scenarios as a table of entries.

    Parameters
    ----------
    kind : RecordKind
    path : pathlib.Path
        CSV or XLSX.

    Returns
    -------
    tuple of Sheet or None
        None where entries of another kind are asked for, or it is an ordinary table of entries.

    Raises
    ------
    InputRefused
        If it is a file of scenarios that cannot be taken.
    """
    return paths_of(path, Wanted()) if kind.id == _KIND else None


def paths_of(path: Path, wanted: Wanted) -> tuple[Sheet, ...] | None:
    """The values of a file of scenarios, as far as they are wanted.

    Parameters
    ----------
    path : pathlib.Path
    wanted : Wanted

    Returns
    -------
    tuple of Sheet or None
        None where it has none of the forms.

    Raises
    ------
    InputRefused
        If nobody says who made it, or nothing in it is wanted.
    """
    names = {**_NAMES, **dict.fromkeys(_YEARS, ())}
    held = read_tables(path, Headers(names=names, least=_LEAST, code="path"), Problems(path))
    found = [(one, made) for one in held if (made := _form(one)) is not None]
    if not found or any(_plain(one) for one, _ in found):
        return None
    said = {**_said(path), **{name: text for name, text in wanted.given.items() if text}}
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    made = tuple(_sheet(one, rows, said, wanted, sha) for one, rows in found)
    if not any(one.rows.height for one in made):
        raise InputRefused([_nothing(path, [rows for _, rows in found])])
    return tuple(one for one in made if one.rows.height)


def _plain(one: Sheet) -> bool:
    """Whether it is a table of entries as the template has it: every field that is needed has its column."""
    return {"provider", "model", "edition", *_LONG, "source"} <= set(one.titles) and "confidence" not in one.titles


def _form(one: Sheet) -> pl.DataFrame | None:
    """Rows in the long form, from whichever it has; None where it has none."""
    names = set(one.titles)
    years = [name for name in _YEARS if name in names]
    if years and set(_IAMC) <= names:
        keep = [name for name in (ROW, *_NAMES) if name in one.rows.columns and name not in ("year", "value")]
        return one.rows.unpivot(years, index=keep, variable_name="year", value_name="value")
    if set(_IEA) <= names:
        return _iea(one.rows)
    return one.rows if set(_LONG) <= names else None


def _iea(rows: pl.DataFrame) -> pl.DataFrame:
    """Category, product and flow as one variable; the publication is the edition."""
    parts = [pl.col(name).fill_null("") for name in ("category", "product", "flow")]
    edition = "publication" if "publication" in rows.columns else "edition" if "edition" in rows.columns else None
    told = [pl.col(edition).alias("edition")] if edition else []
    model = [] if "model" in rows.columns else [pl.lit("IEA").alias("model")]
    return rows.with_columns(pl.lit("IEA").alias("provider"), pl.concat_str(parts, separator="|").alias("variable"),
                             *told, *model)  # fmt: skip


def _said(path: Path) -> dict[str, str]:
    """What lines before the header of a text say of the whole file."""
    with path.open("rb") as stream:
        text = stream.read(_HEAD)
    if text.startswith(b"PK"):
        return {}
    lines = text.decode("utf-8-sig", "replace").splitlines()
    found = {match[1].lower(): match[2] for line in lines if (match := _SAID.match(line.strip().strip('"')))}
    return {name: value for name, value in found.items() if name in GIVEN}


def _sheet(one: Sheet, rows: pl.DataFrame, said: Mapping[str, str], wanted: Wanted, sha: str) -> Sheet:
    """Rows that are wanted and have a value, with what is said of all of them."""
    texts: dict[str, pl.Expr] = {}
    for name in _OWN:
        given = pl.lit(said.get(name), pl.String)
        texts[name] = pl.coalesce(name, given) if name in rows.columns else given
    if "confidence" in rows.columns:
        note = pl.format("{}; confidence {}", texts["source"], "confidence")
        texts["source"] = pl.coalesce(note, texts["source"])
    told = rows.select(ROW, *(one.alias(name) for name, one in texts.items())).with_columns(
        pl.lit(sha).alias("reading")
    )
    for name, names in (("scenario", wanted.scenarios), ("region", wanted.regions), ("variable", wanted.variables)):
        if names:
            told = told.filter(pl.col(name).is_in(list(names)))
    told = told.filter(pl.col("value").is_not_null() & pl.col("scenario").is_not_null())  # notes stand below the values
    _whole(one, told)
    kept = [name for name in told.columns if name == ROW or told[name].is_not_null().any()]
    titles = {name: one.titles.get(name, name) for name in kept if name != ROW}
    return Sheet(place=one.place, rows=told.select(kept), titles=titles, brackets={})


def _whole(one: Sheet, told: pl.DataFrame) -> None:
    """Who made it, which edition, and where it is from has to be known: a path without them can be nobody's."""
    lacking = [name for name in ("provider", "edition", "source") if told.height and told[name].is_null().any()]
    if lacking:
        raise InputRefused([
            _say(
                one.place, "unsigned", "it does not say its {names}",
                "who made it, which edition it is, and where it is from",
                "take it in with `wattstone disclose scenario`, which asks for them, or write lines as "
                "`# provider: NGFS` before its header", names=", ".join(lacking),
            )
        ])  # fmt: skip


def _nothing(path: Path, held: Sequence[pl.DataFrame]) -> Finding:
    """What there is, where nothing of it is wanted."""
    every = pl.concat([one.select(pl.col("scenario", "region", "variable").cast(pl.String)) for one in held])
    names = {name: ", ".join(every[name].drop_nulls().unique().sort().head(8)) for name in every.columns}
    return _say(
        path.name, "none_wanted",
        "nothing in it is wanted, or has a value; it has scenarios {scenario}; regions {region}; variables {variable}",
        "names as the file has them", "correct the names", **names,
    )  # fmt: skip
