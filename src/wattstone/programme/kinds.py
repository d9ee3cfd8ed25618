"""Kinds of entries that a programme and its report keep: what each field is, in which unit, and what may stand in it.

A kind is data: `kinds.toml` beside the module's code. Templates, imports, forms, commands and the API are all made
from it, so that a field is described once.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import polars as pl

__all__ = [
    "MODULES",
    "PROGRAMME",
    "PROVENANCE",
    "SITE",
    "By",
    "FieldType",
    "Module",
    "RecordField",
    "RecordKind",
    "entry_schema",
    "kinds_of",
    "record_kind",
]

Module = Literal["target", "nature", "waste", "fleet", "supplier", "factory", "indicator", "disclose"]
"""As the command is named."""

PROGRAMME: Final[tuple[Module, ...]] = (
    "target", "nature", "waste", "fleet", "supplier", "factory", "indicator",
)  # fmt: skip
"""The seven modules of the programme; what a report says beside them is kept in the same way by `disclose`."""

MODULES: Final[Mapping[Module, str]] = {
    "target": "wattstone.programme.targets",
    "nature": "wattstone.programme.nature",
    "waste": "wattstone.programme.waste",
    "fleet": "wattstone.programme.fleet",
    "supplier": "wattstone.programme.suppliers",
    "factory": "wattstone.programme.factories",
    "indicator": "wattstone.programme.indicators",
    "disclose": "wattstone.disclosure",
}
"""Module to the package that holds it: its kinds, checks and example."""

By = Literal["enter", "review"]
"""Who says entries of a kind: whoever enters for the organisation, or whoever reviews what others entered."""

FieldType = Literal[
    "text", "prose", "number", "integer", "part", "date", "year", "choice", "flag", "site", "ref", "list", "geometry"
]
"""`prose` is Markdown, of many lines; `part` is a share of one, also written `25 %`; `ref` names an entry of another
kind; `list` is texts with `;` between them; `geometry` is WKT or GeoJSON in longitude and latitude."""

SITE: Final = "site"
"""What a `list` of sites refers to, as a `ref` refers to a kind."""

DTYPES: Final[Mapping[FieldType, Any]] = {
    "text": pl.String, "prose": pl.String, "number": pl.Float64, "integer": pl.Int64, "part": pl.Float64,
    "date": pl.Date, "year": pl.Int32, "choice": pl.String, "flag": pl.Boolean, "site": pl.String, "ref": pl.String,
    "list": pl.List(pl.String), "geometry": pl.String,
}  # fmt: skip

PROVENANCE: Final[Mapping[str, Any]] = {
    "hash": pl.String, "document": pl.String, "entered_by": pl.String, "entered_at": pl.Datetime("us"),
}  # fmt: skip
"""Columns behind the fields of every entry: hash of its content (`entry:HASH` is what figures name), SHA-256 of the
attached evidence or null, who entered it, when (UTC)."""


@dataclass(frozen=True, kw_only=True)
class RecordField:
    """A field of a kind.

    Parameters
    ----------
    name : str
        Column.
    type : str
        See `FieldType`.
    label, help : str
        English; translated where shown.
    unit : str or None
        Of a number.
    required : bool
    choices : mapping
        Of a choice: value to English label.
    least, most : float or None
        Bounds of a number, inclusive.
    above : float or None
        A bound that is itself not allowed.
    to : str or None
        Of a `ref`: the kind whose entries it names; of a `list` `SITE` where it names sites.
    headers : tuple of str
        What else the column may be called in a table, English or Chinese.
    """

    name: str
    type: FieldType
    label: str
    help: str = ""
    unit: str | None = None
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    least: float | None = None
    most: float | None = None
    above: float | None = None
    to: str | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordKind:
    """A kind of entries.

    Parameters
    ----------
    id : str
        `area`, `weighing`: unique over all modules.
    module : str
        Whose it is.
    label, plural, help : str
        English.
    fields : tuple of RecordField
        In the order of templates and forms.
    key : tuple of str
        Fields that together say which entry it is: the same again is a correction, never a second one. Empty where
        every entry has an `id` of its own: its first field then is `id`, and may be left empty on input.
    by : str
        See `By`.
    """

    id: str
    module: Module
    label: str
    plural: str
    fields: tuple[RecordField, ...]
    help: str = ""
    key: tuple[str, ...] = ()
    by: By = "enter"

    def field(self, name: str) -> RecordField:
        """A field by its name; KeyError where there is none."""
        return next((one for one in self.fields if one.name == name), None) or _none(name)


def _none(name: str) -> RecordField:
    raise KeyError(name)


@cache
def kinds_of(module: Module) -> tuple[RecordKind, ...]:
    """The kinds of a module, in the order of its file.

    Parameters
    ----------
    module : str
        See `MODULES`.

    Returns
    -------
    tuple of RecordKind
    """
    path = resources.files(MODULES[module]) / "kinds.toml"
    if not path.is_file():
        return ()
    held = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_kind(module, one, held.get("choices", {})) for one in held["kind"])


@cache
def record_kind(kind: str) -> RecordKind:
    """A kind by its id; KeyError where there is none."""
    for module in MODULES:
        for one in kinds_of(module):
            if one.id == kind:
                return one
    raise KeyError(kind)


def entry_schema(kind: RecordKind) -> pl.Schema:
    """Columns of the frame of a kind's entries: `entry` (its stable id), the fields, `PROVENANCE`."""
    return pl.Schema({"entry": pl.String, **{one.name: DTYPES[one.type] for one in kind.fields}, **PROVENANCE})


def _kind(module: Module, told: Mapping[str, Any], choices: Mapping[str, Any]) -> RecordKind:
    rest: dict[str, Any] = {name: value for name, value in told.items() if name not in ("field", "key")}
    fields = tuple(_field(one, choices) for one in told["field"])
    return RecordKind(module=module, fields=fields, key=tuple(told.get("key", ())), **rest)


def _field(told: Mapping[str, Any], choices: Mapping[str, Any]) -> RecordField:
    """A field as the file tells it; its choices may be the name of a table that several fields share."""
    rest: dict[str, Any] = {**told, "headers": tuple(told.get("headers", ()))}
    if isinstance(rest.get("choices"), str):
        rest["choices"] = choices[rest["choices"]]
    return RecordField(**rest)
