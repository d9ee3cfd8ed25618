"""Forms that ask for a job: their fields come from the declaration of its kind, and what is typed goes back to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from wattstone.base import Finding
from wattstone.interfaces.jobs.kinds import KINDS
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.programme.words import MODULE_WORDS
from wattstone.workflows.machine_files.kept import FileKind, kept_files

if TYPE_CHECKING:
    from wattstone.interfaces.serving.request import Here

__all__ = ["Field", "JobForm", "asked_of", "at_field", "job_form", "label_of"]

_LABELS = {
    "year": mark("Year"),
    "by": mark("Ranked by"),
    "history": mark("Read the year before too"),
    "measure": mark("Measure"),
    "fahrenheit": mark("Temperatures in °F"),
    "site": mark("Site"),
    "hours": mark("How far ahead"),
    "at": mark("As if it were"),
    "charge": mark("Batteries hold at the start"),
    "start": mark("From"),
    "end": mark("To"),
    "every": mark("Minutes between plans"),
    "known": mark("Plans know what comes"),
    "why": mark("Hours to explain"),
    "gap": mark("Optimum proven to"),
    "seconds": mark("Time for that"),
    "only": mark("Only these modifications"),
    "draws": mark("Random draws"),
    "sequence": mark("Plan the machines from"),
    "days": mark("For how many days"),
    "done": mark("Days of the works"),
    "what": mark("What is taken out"),
    "form": mark("Form"),
    "layout": mark("By which standard"),
    "meters": mark("Only these meters"),
    "personal": mark("Also readings of dwellings and drivers"),
    "lang": mark("Language"),
    "top": mark("How many are named"),
    "fill": mark("Fill gaps by"),
    "max_gap": mark("Longest gap that is filled"),
    "treat": mark("Treat as gaps readings flagged"),
    "upload": mark("Upload"),
    "mapping": mark("How it is read"),
    "zone": mark("Clock of times without an offset"),
    "meter": mark("Meter of readings that name none"),
    "unit": mark("Unit where no column says it"),
    "kind": mark("What they measure"),
    "nulls": mark("Texts that mean no reading"),
    "country": mark("Country"),
    "clock": mark("Clock of the site"),
    "confirmed": mark("Looked at, and right"),
    "dry_run": mark("Say what would change"),
    "plant": mark("Plant file"),
    "station": mark("Station file"),
    "sites": mark("Sites"),
    "inflation": mark("How much prices rose"),
    "trigger": mark("What it is for"),
    "reason": mark("Reason"),
    "happened": mark("What happened to a site"),
    "on": mark("On which day"),
    "event": mark("Name of the change"),
    "module": mark("Part of the programme"),
    "day": mark("As it stood on"),
    "given": mark("Given beside the entries"),
    "standard": mark("Standard"),
    "edition": mark("Edition of the report"),
    "elsewhere": mark("Reported in another total"),
    "emissions": mark("Emissions of years without data"),
}
_CHOICES: Mapping[str, str] = {
    **MODULE_WORDS,
    "money": mark("money"),
    "kg": mark("emissions"),
    "energy": mark("energy"),
    "readings": mark("readings"),
    "hours": mark("hours of the sites"),
    "inventory": mark("figures of the inventory"),
    "linear": mark("a straight line"),
    "same_hour_last_week": mark("the same hour of the week before"),
    "typical_week": mark("a typical week"),
    "zero": mark("zero"),
    "document": mark("document"),
    "structure": mark("structural change"),
    "method": mark("change of method"),
    "error": mark("error"),
    "acquisition": mark("acquisition"),
    "merger": mark("merger"),
    "insourcing": mark("insourcing"),
    "divestment": mark("divestment"),
    "outsourcing": mark("outsourcing"),
    "json": "JSON",
    "ghgp": mark("GHG Protocol"),
    "iso14064": "ISO 14064-1",
    "csv": "CSV",
    "parquet": "Parquet",
    "xlsx": "XLSX",
    "html": "HTML",
    "pdf": "PDF",
    "docx": "DOCX",
    "ixbrl": "iXBRL",
    "en": "English",
    "zh": "中文",
}
_UNITS = {"inflation": "%", "hours": "h", "every": "min", "seconds": "s", "max_gap": "h", "days": "d"}
_TIMES = frozenset({"at", "start", "end"})
_DAYS = frozenset({"on", "day"})
_FEW = 200  # of a list that is offered; of more, the id is typed


@dataclass(frozen=True)
class Field:
    """A field of a form.

    Parameters
    ----------
    name, label, hint : str
        In the form's data, above it, below it.
    kind : {'text', 'number', 'time', 'day', 'flag', 'choice', 'list'}
        What it is.
    value : str
        As it was typed; the default where nothing was.
    unit : str
        Inside its end.
    options : tuple of (str, str)
        Values and words of a choice.
    required : bool
        Whether it must be said.
    least, most : str
        Of a number.
    """

    name: str
    label: str
    hint: str
    kind: Literal["text", "number", "time", "day", "flag", "choice", "list"]
    value: str = ""
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    least: str = ""
    most: str = ""


@dataclass(frozen=True)
class JobForm:
    """A form that asks for a job.

    Parameters
    ----------
    kind, title : str
        Of the job.
    fields : tuple of Field
        What can be said.
    hidden : tuple of (str, str)
        What is said already.
    back : str
        Where one goes afterwards, below the organisation.
    findings : tuple of Finding
        What was wrong with what was typed.
    """

    kind: str
    title: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    back: str
    findings: tuple[Finding, ...] = ()

    @property
    def first(self) -> tuple[Field, ...]:
        """What is asked at once: what must be said, and choices of what and when."""
        asked = ("what", "form", "layout", "year", "hours", "start", "end")
        return tuple(one for one in self.fields if one.required or one.name in asked)

    @property
    def others(self) -> tuple[Field, ...]:
        """What can be left as it is."""
        return tuple(one for one in self.fields if one not in self.first)


def job_form(
    here: "Here",
    kind: str,
    *,
    back: str,
    hidden: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    leave_out: Iterable[str] = (),
    findings: Sequence[Finding] = (),
) -> JobForm:
    """The form of a kind of job.

    Parameters
    ----------
    here : Here
        Whose words.
    kind : str
        Of the job.
    back : str
        Where one goes afterwards.
    hidden : mapping or None
        What is said already, as the site.
    values : mapping or None
        What was typed before.
    leave_out : iterable of str
        Fields that are not offered.
    findings : sequence of Finding
        What was wrong with it.
    """
    t, declared = translator(here.lang), KINDS[kind]
    left = {*(hidden or {}), *leave_out}
    fields = tuple(
        _offering(here, kind, _field(here, name, info, (values or {}).get(name)))
        for name, info in declared.params.model_fields.items()
        if name not in left
    )
    return JobForm(kind, t(declared.title), fields, tuple((hidden or {}).items()), back, tuple(findings))


def _offering(here: "Here", kind: str, field: Field) -> Field:
    """A field that names something that there is: a choice, where there are few."""
    options = () if kind == "ingest" else _there_is(here, field.name)  # readings may be of a site that is new
    if not 0 < len(options) <= _FEW:
        return field
    t = translator(here.lang)
    if field.value and field.value not in dict(options):
        options = ((field.value, field.value), *options)
    every = () if field.required else (("", t("all of them")),)
    return replace(field, kind="choice", options=(*every, *options), hint="")


def _there_is(here: "Here", name: str) -> tuple[tuple[str, str], ...]:
    """Ids and names of what a field may name."""
    records = here.workspace.records
    if name == "site":
        return tuple((one.id, one.name or one.id) for one in records.sites())
    if name == "measure":
        return tuple((one.id, one.name or one.id) for one in records.measures())
    if name in ("plant", "station"):
        kind: FileKind = "plant" if name == "plant" else "station"
        return tuple((one.name, one.name) for one in kept_files(here.workspace, kind))
    return ()


def asked_of(kind: str, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a form says, as the declaration of the kind takes it; what is empty is left out.

    Parameters
    ----------
    kind : str
        Of the job.
    typed : mapping
        Values of each field of the form, as texts.
    """
    asked: dict[str, Any] = {}
    for name, info in KINDS[kind].params.model_fields.items():
        texts = [text.strip() for text in typed.get(name, ()) if text.strip()]
        if _is(info.annotation, bool):
            if f"{name}:shown" in typed or texts:
                asked[name] = bool(texts)
        elif get_origin(_bare(info.annotation)) is tuple:
            parts = [part.strip() for text in texts for part in text.replace("\n", ",").split(",")]
            if any(parts):
                asked[name] = [part for part in parts if part]
        elif texts:
            asked[name] = texts[0]
    return asked


def at_field(finding: Finding) -> Finding:
    """A finding on a parameter of a job, `/hours`, so that it stands at its field."""
    name = finding.place.split("/")[1] if finding.place.startswith("/") else ""
    return replace(finding, params={**finding.params, "field": name}) if name else finding


def label_of(name: str, lang: Language) -> str:
    """What a parameter of a job is called; one that no form has keeps its name."""
    return translator(lang)(_LABELS[name]) if name in _LABELS else name


def _bare(annotation: Any) -> Any:
    """The type itself, without None beside it."""
    if get_origin(annotation) in (Union, UnionType):
        return next(_bare(one) for one in get_args(annotation) if one is not type(None))
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _is(annotation: Any, kind: type) -> bool:
    return _bare(annotation) is kind


def _field(here: "Here", name: str, info: Any, typed: str | None) -> Field:
    t = translator(here.lang)
    bare = _bare(info.annotation)
    default = "" if info.is_required() or info.default is None or info.default == () else str(info.default)
    hint = t(info.description) if info.description else ""
    said: dict[str, Any] = {
        "name": name,
        "label": t(_LABELS.get(name, name)),
        "hint": re.sub(r"\s*\[[^\]]*\]$", "", hint),  # the unit stands in the field
        "value": default if typed is None else typed,
        "unit": _UNITS.get(name, ""),
        "required": info.is_required(),
    }
    if bare is bool:
        said["value"] = "yes" if (info.default if typed is None else typed) else ""
        return Field(**said, kind="flag")
    if get_origin(bare) is Literal:
        options = tuple((str(one), t(_CHOICES.get(str(one), str(one)))) for one in get_args(bare))
        none = () if info.is_required() or info.default is not None else (("", t("not at all")),)
        return Field(**said, kind="choice", options=(*none, *options))
    if get_origin(bare) is tuple:
        return Field(**said, kind="list")
    if bare in (int, float):
        return Field(**said, kind="number", least=_bound(info, "ge"), most=_bound(info, "le"))
    return Field(**said, kind="time" if name in _TIMES else "day" if name in _DAYS else "text")


def _bound(info: Any, name: str) -> str:
    """A limit of a number, from its declaration or from that within `X | None`."""
    held = [*info.metadata]
    for one in get_args(info.annotation):
        held += [part for part in getattr(one, "__metadata__", ()) for part in getattr(part, "metadata", [part])]
    return next((f"{getattr(one, name):g}" for one in held if getattr(one, name, None) is not None), "")
