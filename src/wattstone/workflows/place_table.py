"""Sites or meters of a table, taken in together: a row each, checked as a whole before any of it is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.portfolio import Meter, Site, canonical_kind
from wattstone.portfolio.control_text import control_text, read_controls
from wattstone.portfolio.virtual import check
from wattstone.readings.problems import Problems
from wattstone.readings.record_table import Record, RecordTable, read_records
from wattstone.workflows.access import Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.declare import no_such_control, too_late
from wattstone.workflows.workspace import Workspace

__all__ = ["COLUMNS", "Places", "import_places", "site_rows"]

What = Literal["site", "meter"]

COLUMNS: dict[What, dict[str, tuple[str, ...]]] = {
    "site": {
        "id": ("site", "site id", "场所", "场所编号", "站点"),
        "name": ("site name", "名称", "场所名称"),
        "type": ("use", "building type", "类型", "建筑类型"),
        "floor_area": ("area", "floor area", "gfa", "建筑面积", "面积"),
        "address": ("地址",),
        "city": ("town", "城市"),
        "country": ("国家",),
        "latitude": ("lat", "纬度"),
        "longitude": ("lon", "lng", "经度"),
        "zone": ("time zone", "timezone", "clock", "时区"),
        "grid_region": ("grid region", "grid", "电网区域"),
        "weather_station": ("weather station", "station", "气象站"),
        "control": ("held", "holding", "control", "持有方式", "控制权"),
    },
    "meter": {
        "id": ("meter", "meter id", "计量点", "表计", "电表"),
        "site_id": ("site", "site id", "场所", "场所编号"),
        "kind": ("what", "energy", "medium", "能源", "介质", "类别"),
        "unit": ("units", "单位"),
        "reading": ("reading kind", "读数"),
        "direction": ("方向",),
        "multiplier": ("factor", "倍率"),
        "sign": ("符号",),
        "parent_id": ("parent", "parent meter", "上级", "上级表"),
        "space_id": ("space", "空间"),
        "expression": ("formula", "公式"),
        "personal": ("dwelling", "个人", "住户"),
    },
}
"""Headers by field, English and Chinese; capitals, dashes and underscores do not matter."""

_YES, _NO = frozenset({"yes", "true", "1", "是"}), frozenset({"no", "false", "0", "否"})


@dataclass(frozen=True, kw_only=True)
class Places:
    """What an import did: the file's name, and how many were new, changed, and as they were."""

    source: str
    new: int
    changed: int
    same: int


def import_places(workspace: Workspace, what: What, path: Path, *, who: str = "user") -> Places:
    """Take the sites or the meters of a table in: CSV or XLSX, headers as `COLUMNS` has them.

    Parameters
    ----------
    workspace : Workspace
        Where.
    what : {'site', 'meter'}
        What a row is.
    path : pathlib.Path
        The table. Fields that it does not have keep what was said before.
    who : str
        For the audit log.

    Returns
    -------
    Places

    Raises
    ------
    InputRefused
        With every finding, its row and column; nothing is changed then.
    """
    acting(workspace, Act.DECLARE)
    problems = Problems(path)
    table = read_records(path, COLUMNS[what], problems)
    found = list(problems.findings)
    known: dict[str, Any] = {one.id: one for one in _known(workspace, what)}
    made: dict[str, Any] = {}
    for record in table.records:
        name = record.cells.get("id", "")
        if not name or name in made:
            found.append(_no_id(path.name, record, name))
            continue
        found += _strange(path.name, record, table)
        try:
            made[name] = _made(workspace, what, record, known.get(name))
        except ValidationError as error:
            found += _invalid(path.name, record, table, error)
    found += _together(workspace, what, known, made)
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    new = [name for name in made if name not in known]
    changed = [name for name in made if name in known and known[name] != made[name]]
    kept = [made[name] for name in (*new, *changed)]
    if kept:
        with workspace.lock():
            sites, meters = (kept, []) if what == "site" else ([], kept)
            workspace.records.declare(sites, meters, sites_by="user")
            details = {"source": path.name, "new": new, "changed": changed}
            workspace.records.note(f"import {what}s", who=who, details=details)
    return Places(source=path.name, new=len(new), changed=len(changed), same=len(made) - len(kept))


def _known(workspace: Workspace, what: What) -> tuple[Site, ...] | tuple[Meter, ...]:
    return workspace.records.sites() if what == "site" else workspace.records.meters()


def _made(workspace: Workspace, what: What, record: Record, before: Any) -> Site | Meter:
    """A row as a record, on top of what was said before."""
    said: dict[str, Any] = {name: _typed(name, text) for name, text in record.cells.items()}
    if "control" in said:
        said["control"] = read_controls(record.cells["control"])[0]
    if what == "site":
        place: dict[str, Any] = (
            before.model_dump() if before is not None else {"zone": workspace.records.organisation().zone}
        )
        return Site.model_validate({**place, **said})
    if "kind" in said:
        said["kind"] = canonical_kind(said["kind"])
    if "expression" in said and before is None:
        said = {"unit": "kWh", "kind": "electricity", **said}
    base: dict[str, Any] = before.model_dump() if before is not None else {}
    return Meter.model_validate({**base, **said, "declared": "user"})


def _typed(name: str, text: str) -> Any:
    folded = text.strip().lower()
    if name == "personal" and folded in _YES | _NO:
        return folded in _YES
    if name == "sign" and folded in ("1", "+1", "-1"):
        return int(folded)
    if name in ("reading", "direction"):
        return folded
    return text.strip()


def _strange(file: str, record: Record, table: RecordTable) -> list[Finding]:
    """Names in how a site is held that mean nothing."""
    place = f"{file}, row {record.row}, column '{table.columns.get('control', 'control')}'"
    return [no_such_control(place, name) for name in read_controls(record.cells.get("control", ""))[1]]


def site_rows(sites: Iterable[Site]) -> tuple[list[str], list[list[str]]]:
    """Sites as `import_places` takes them in again: headers, and a row each.

    Parameters
    ----------
    sites : iterable of Site
        Which ones.
    """
    names = list(COLUMNS["site"])
    return names, [[_cell(site, name) for name in names] for site in sites]


def _cell(site: Site, name: str) -> str:
    value = getattr(site, name)
    if name == "control":
        return control_text(value)
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _together(workspace: Workspace, what: What, known: Mapping[str, Any], made: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with all of them together: unknown sites, circles, double counting, readings read otherwise."""
    if what == "site":
        return []
    sites = {one.id for one in workspace.records.sites()}
    found = [_no_site(name, one.site_id) for name, one in made.items() if one.site_id not in sites]
    found += check(tuple({**known, **made}.values()))
    for name, one in made.items():
        found += too_late(workspace, known.get(name), one)
    return found


def _invalid(file: str, record: Record, table: RecordTable, error: ValidationError) -> list[Finding]:
    found: list[Finding] = []
    for one in error.errors():
        field = str(one["loc"][0]) if one["loc"] else ""
        column = f", column '{table.columns[field]}'" if field in table.columns else ""
        missing = one["type"] == "missing"
        finding = Finding(
            code="place.invalid",
            place=f"{file}, row {record.row}{column}",
            found="nothing is said of '{name}'" if missing else "the value {value} cannot be used: {why}",
            params={
                "name": field,
                "value": repr(one.get("input"))[:200],
                "why": str(one["msg"]).removeprefix("Value error, "),
            },
            expected="a value that can be used",
            remedy="add a column of that name" if missing else "correct it",
        )
        found.append(finding if field else replace(finding, place=f"{file}, row {record.row}"))
    return found


def _no_id(file: str, record: Record, name: str) -> Finding:
    return Finding(
        code="place.id",
        place=f"{file}, row {record.row}",
        found="the id '{name}' stands in another row too" if name else "the row has no id",
        params={"name": name},
        expected="an id of its own for each row",
        remedy="give each one row with an id",
    )


def _no_site(meter: str, site: str) -> Finding:
    return Finding(
        code="place.site",
        place=f"meter '{meter}'",
        found="there is no site '{site}'",
        params={"site": site},
        expected="a site that is declared",
        remedy="declare the site, or take the table of sites in first",
    )
