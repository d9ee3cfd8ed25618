"""What a person says of the organisation, sites, meters and factors; checked as a whole before it is kept."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel, ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter, Organisation, Site, Space, canonical_kind
from wattstone.portfolio.control_text import read_controls
from wattstone.portfolio.position_text import read_position
from wattstone.portfolio.virtual import check
from wattstone.rates import load_factors
from wattstone.rates.exceptions import is_exception
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.workspace import Workspace

Record = TypeVar("Record", bound=BaseModel)

_READ_BY = ("unit", "multiplier", "sign", "reading")


def change_organisation(workspace: Workspace, said: Mapping[str, Any], *, who: str = "user") -> Organisation:
    """Change what is said of the organisation.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    said : mapping
        Fields of `Organisation` with their new values.
    who : str
        For the audit log.

    Raises
    ------
    InputRefused
        If a value cannot be used; nothing is changed.
    """
    before = workspace.records.organisation()
    after = _valid(Organisation, "organisation", {**before.model_dump(), **said})
    if after != before:
        with workspace.lock():
            workspace.records.set_organisation(after)
            workspace.records.note("organisation", who=who, details={key: str(value) for key, value in said.items()})
    return after


def declare_site(workspace: Workspace, name: str, said: Mapping[str, Any], *, who: str = "user") -> list[Finding]:
    """Declare a site, or correct what is said of one.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        Its id.
    said : mapping
        Fields of `Site`; `position` in the place of its coordinates as a text `LATITUDE,LONGITUDE`; `ownership` as
        texts `SHARE[,FROM[,UNTIL]]`, `control` as texts `HOLDING[,NAME=VALUE]...`
        with `from`, `until` and the fields of `Control`; None takes back what was said.
    who : str
        For the audit log.

    Returns
    -------
    list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If a value cannot be used; nothing is changed.
    """
    said = _placed(name, said)
    known = {site.id: site for site in workspace.records.sites()}
    before = known[name].model_dump() if name in known else {"id": name, "zone": workspace.records.organisation().zone}
    given = dict(said)
    if "ownership" in said:
        given["ownership"] = _shares(said["ownership"])
    if "control" in said:
        given["control"] = _controls(name, said["control"])
    _keep(workspace, "site", name, said, who, sites=[_valid(Site, f"site '{name}'", {**before, **given})])
    return []


def declare_space(workspace: Workspace, name: str, said: Mapping[str, Any], *, who: str = "user") -> list[Finding]:
    """Declare a space, a part of a site, or correct what is said of one.

    Parameters
    ----------
    workspace, name, said, who
        As for `declare_site`; `said` holds fields of `Space`.

    Returns
    -------
    list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If a value cannot be used, or the space it is part of does not exist; nothing is changed.
    """
    known = {space.id: space for space in workspace.records.spaces()}
    before = known[name].model_dump() if name in known else {"id": name}
    space = _valid(Space, f"space '{name}'", {**before, **said})
    if space.parent_id is not None and (space.parent_id not in known or space.parent_id == name):
        finding = Finding(
            code="space.parent",
            place=f"space '{name}'",
            found="the space '{parent}' that it is part of does not exist",
            params={"parent": space.parent_id},
            expected="the id of another space of the site",
            remedy="declare that space first",
        )
        raise InputRefused([finding])
    _keep(workspace, "space", name, said, who, spaces=[space])
    return []


def declare_meter(workspace: Workspace, name: str, said: Mapping[str, Any], *, who: str = "user") -> list[Finding]:
    """Declare a meter, a virtual one too, or correct what is said of one.

    Parameters
    ----------
    workspace, name, said, who
        As for `declare_site`; `said` holds fields of `Meter`.

    Returns
    -------
    list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        If it does not fit with the other meters: unknown names, circles, double counting; nothing is changed.
    """
    workspace = acting(workspace, Act.DECLARE)
    known = {meter.id: meter for meter in workspace.records.meters()}
    before = known[name].model_dump() if name in known else {"id": name}
    given = {**said, **({"kind": canonical_kind(str(said["kind"]))} if "kind" in said else {})}
    if "expression" in said and name not in known:
        given = {"unit": "kWh", "kind": "electricity", **given}
    meter = _valid(Meter, f"meter '{name}'", {**before, **given, "declared": "user"})
    found = [*check(tuple({**known, name: meter}.values())), *too_late(workspace, known.get(name), meter)]
    if any(finding.severity == "error" for finding in found):
        raise InputRefused(found)
    _keep(workspace, "meter", name, said, who, meters=[meter])
    return found


def too_late(workspace: Workspace, before: Meter | None, after: Meter) -> list[Finding]:
    """Readings are stored as kWh, m3 or kg: what they were read by cannot be changed under them."""
    changed = [name for name in _READ_BY if before is not None and getattr(before, name) != getattr(after, name)]
    latest = workspace.lake.scan("latest") if changed else None
    if (
        latest is None
        or latest.filter(pl.col("meter") == workspace.records.meter_keys()[after.id]).collect().is_empty()
    ):
        return []
    return [
        Finding(
            code="meter.too_late",
            place=f"meter '{after.id}'",
            found="it has readings, which were read with another {changed}",
            params={"changed": " and ".join(changed), "meter": after.id},
            expected="readings that mean the same from the first to the last",
            remedy="take its readings in again into a new workspace in which the meter is declared first, or declare a "
            "virtual meter that scales it, as 10 * `{meter}`",
        )
    ]


def accept_factor(workspace: Workspace, factor: str, *, reason: str, who: str = "user") -> None:
    """Accept a factor, a whole set, or what a refusal names as an exception, as `year:desnz2025`.

    Raises
    ------
    InputRefused
        If there is no such factor or set, or no reason.
    """
    table = load_factors(workspace.factor_files)
    if not is_exception(table, factor):
        raise InputRefused(
            [
                Finding(
                    code="factor.unknown",
                    place=f"factor '{factor}'",
                    found="there is no such factor row or set",
                    expected="an id as the reason of the figure names it",
                    remedy="copy the id from the reason that `wattstone inventory` shows",
                )
            ]
        )
    if not reason.strip():
        raise InputRefused(
            [
                Finding(
                    code="factor.no_reason",
                    place=f"factor '{factor}'",
                    found="no reason is given",
                    expected="a sentence that an auditor can judge",
                    remedy="say what was checked, and against what",
                )
            ]
        )
    with workspace.lock():
        workspace.records.accept_exception(factor, reason=reason.strip(), who=who)
        workspace.records.note("accept", who=who, details={"factor": factor, "reason": reason.strip()})


def _valid(model: type[Record], place: str, fields: Mapping[str, Any]) -> Record:
    """A record of some fields, or every reason why they make none."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise InputRefused(_invalid(place, error)) from error


def _keep(
    workspace: Workspace,
    what: str,
    name: str,
    said: Mapping[str, Any],
    who: str,
    *,
    sites: Sequence[Site] = (),
    meters: Sequence[Meter] = (),
    spaces: Sequence[Space] = (),
) -> None:
    """Keep what a person says, and note who said it; None takes back what was said."""
    cleared = [key for key, value in said.items() if value is None]
    details = {what: name, **{key: "" if value is None else str(value) for key, value in said.items()}}
    with workspace.lock():
        workspace.records.declare(sites, meters, spaces, sites_by="user", cleared=cleared)
        workspace.records.note(what, who=who, details=details)


def _placed(site: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a site, with its coordinates where they are said as one text."""
    given = dict(said)
    text = given.pop("position", None)
    if "position" not in said or (text is None and ("latitude" in said or "longitude" in said)):
        return given
    found = (None, None) if text is None else read_position(str(text))
    if found is None:
        finding = Finding(
            code="site.position",
            place=f"site '{site}'",
            found="the position '{position}' is no place on the Earth",
            params={"position": str(text)[:60]},
            expected="latitude from -90 to 90 and longitude from -180 to 180, in decimal degrees",
            remedy="write the latitude first, as 51.5072,-0.1276; south and west are negative",
        )
        raise InputRefused([finding])
    return {**given, "latitude": found[0], "longitude": found[1]}


def _shares(texts: Sequence[Any]) -> list[dict[str, str | None]]:
    """Shares as `0.5,2020-01-01,2022-01-01` says them; the site's own rules judge them."""
    parts = [(*str(text).split(","), "", "")[:3] for text in texts]
    return [{"share": share, "start": start or None, "end": end or None} for share, start, end in parts]


def _controls(site: str, texts: Sequence[Any] | None) -> list[dict[str, Any]]:
    """How a site is held, as `leased_out,lease=operating,from=2020-01-01` says it; the site's own rules judge it."""
    made: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for text in texts or ():
        if not isinstance(text, str):
            made.append(text)
            continue
        said, strange = read_controls(text)
        made += said or [{"holding": text}]
        findings += [no_such_control(f"site '{site}'", name) for name in strange]
    if findings:
        raise InputRefused(findings)
    return made


def no_such_control(place: str, name: str) -> Finding:
    """A name in how a site is held that means nothing."""
    return Finding(
        code="site.control",
        place=place,
        found="nothing is called '{name}' in how a site is held",
        params={"name": name},
        expected="a holding and then from, until, lease, equity, operational or financial, each with = and its value",
        remedy="write it as leased_out,lease=operating,from=2020-01-01",
    )


def _why(one: Any) -> str:
    """Why a value cannot be used."""
    if one["loc"] == ("country",):
        return "it is no code of a country"
    if one["loc"] == ("zone",) and one["type"] == "value_error":
        return "it is no IANA time zone; an example of one is Asia/Shanghai"
    return str(one["msg"]).removeprefix("Value error, ")


def _invalid(place: str, error: ValidationError) -> list[Finding]:
    page = {"organisation": "init"}.get(word := place.split()[0], word)
    return [
        Finding(
            code="declare.invalid",
            place=f"{place}, {'.'.join(map(str, one['loc'])) or 'value'}",
            found="nothing is said of it" if one["type"] == "missing" else "the value {value} cannot be used: {why}",
            params={"value": repr(one.get("input")), "why": _why(one)},
            expected="two letters of ISO 3166, as DE"
            if one["loc"] == ("country",)
            else f"a value as docs/how-to/{page}.md lists it",
            remedy="add it" if one["type"] == "missing" else "correct it",
        )
        for one in error.errors()
    ]
