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
from wattstone.disclosure.file_faults import blank, columns_missing, faults, nothing
from wattstone.programme.kinds import RecordKind
from wattstone.programme.telling import saying
from wattstone.readings.problems import Problems, quoted
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
_FEW: Final = 5
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "provider": (), "model": (), "edition": ("version", "release"), "scenario": (), "region": (), "variable": (),
    "unit": ("units",), "year": (), "value": (), "source": (), "licence": ("license",), "confidence": (),
    "publication": (), "category": (), "product": (), "flow": (),
}  # fmt: skip
_IAMC: Final = ("model", "scenario", "region", "variable", "unit")
_IEA: Final = ("scenario", "category", "product", "flow", "unit", "region", "year", "value")
_LONG: Final = ("scenario", "region", "variable", "unit", "year", "value")
_KEY: Final = ("provider", "model", "edition", "scenario", "region", "variable", "year")
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
    if (empty := blank(path)) is not None:
        raise InputRefused([empty])
    names, problems = {**_NAMES, **dict.fromkeys(_YEARS, ())}, Problems(path)
    held = read_tables(path, Headers(names=names, least=_LEAST, code="path"), problems)
    said = {**_said(path), **{name: text for name, text in wanted.given.items() if text}}
    forms = [(one, _form(one, said)) for one in held if not _plain(one)]
    found = [(one, made) for one, made in forms if made is not None]
    if lacking := [told for one, made in forms if made is None and (told := _lacking(one, said)) is not None]:
        raise InputRefused([*lacking, *faults(path, problems, held)])
    if not found or len(forms) < len(held):
        return None
    if wrong := faults(path, problems, held):
        raise InputRefused(wrong)
    if otherwise := [one for sheet, rows in found for one in _otherwise(sheet, rows, wanted.given, path)]:
        raise InputRefused(otherwise)
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    made = tuple(_sheet(one, rows, said, wanted, sha) for one, rows in found)
    if not any(one.rows.height for one in made):
        raise InputRefused([nothing(path, [rows for _, rows in found])])
    return tuple(one for one in made if one.rows.height)


def _plain(one: Sheet) -> bool:
    """Whether it is a table of entries as the template has it: every field that is needed has its column."""
    return {"provider", "model", "edition", *_LONG, "source"} <= set(one.titles) and "confidence" not in one.titles


def _form(one: Sheet, said: Mapping[str, str]) -> pl.DataFrame | None:
    """Rows in the long form, from whichever it has; None where it has none."""
    names = set(one.titles)
    years = _years(one)
    if years and not _without(_IAMC, names, said):
        keep = [name for name in (ROW, *_NAMES) if name in one.rows.columns and name not in ("year", "value")]
        return one.rows.unpivot(years, index=keep, variable_name="year", value_name="value")
    if set(_IEA) <= names:
        return _iea(one.rows)
    return one.rows if set(_LONG) <= names else None


def _years(one: Sheet) -> list[str]:
    return [name for name in _YEARS if name in one.titles]


def _without(form: Sequence[str], names: Collection[str], said: Mapping[str, str]) -> list[str]:
    """Columns of a form that are neither there nor said of the whole file."""
    return [name for name in form if name not in names and name not in said]


def _lacking(one: Sheet, said: Mapping[str, str]) -> Finding | None:
    """Which columns a table would need to have the form that it looks like; None where it looks like none of them."""
    names = set(one.titles)
    if _years(one):
        return columns_missing(one.place, _without(_IAMC, names, said), _IAMC)
    if len({"category", "product", "flow"} & names) > 1:
        return columns_missing(one.place, _without(_IEA, names, said), _IEA)
    if set(_KEY) <= names or len(set(_LONG) & names) < _LEAST:
        return None  # a table of entries may correct what is there, and needs no more for it
    return columns_missing(one.place, _without(_LONG, names, said), _LONG)


def _iea(rows: pl.DataFrame) -> pl.DataFrame:
    """Category, product and flow as one variable; the publication is the edition."""
    parts = [pl.col(name).fill_null("") for name in ("category", "product", "flow")]
    told = [pl.col("publication").alias("edition")] if "publication" in rows.columns else []
    return rows.with_columns(pl.concat_str(parts, separator="|").alias("variable"), *told)


def _otherwise(one: Sheet, rows: pl.DataFrame, given: Mapping[str, str], path: Path) -> list[Finding]:
    """What is given of the whole file, and the file says otherwise: neither goes before the other by itself."""
    lines = _said(path)
    own = {
        name: sorted(rows[name].drop_nulls().unique()) if name in rows.columns else [lines[name]]
        for name in GIVEN
        if name in rows.columns or name in lines
    }
    return [
        _say(
            one.place, "said_otherwise", "the file says {name} {own}, and {given} was given beside it",
            "what the file does not say itself", "leave out what was given, or correct the file",
            name=name, own="; ".join(map(quoted, texts[:_FEW])), given=quoted(given[name]),
        )
        for name, texts in own.items()
        if given.get(name) and texts and texts != [given[name]]
    ]  # fmt: skip


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
    said = {**(dict.fromkeys(("provider", "model"), "IEA") if set(_IEA) <= set(one.titles) else {}), **said}
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
    lacking = [
        name for name in ("provider", "model", "edition", "source") if told.height and told[name].is_null().any()
    ]
    if lacking:
        raise InputRefused([
            _say(
                one.place, "unsigned", "it does not say its {names}",
                "who made it, which edition it is, and where it is from",
                "take it in with `wattstone disclose scenario`, which asks for them, or write lines as "
                "`# provider: NGFS` before its header", names=", ".join(lacking),
            )
        ])  # fmt: skip
