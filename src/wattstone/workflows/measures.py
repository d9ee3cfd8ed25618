"""What is said of measures: declared one by one or imported from a table, checked as a whole before it is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wattstone.base import Finding, InputRefused
from wattstone.portfolio.measure_checks import check_measures
from wattstone.portfolio.measures import Measure
from wattstone.readings.problems import Problems
from wattstone.readings.record_table import Record, RecordTable, read_records
from wattstone.savings.rules import unknown_overrides
from wattstone.workflows.measure_texts import NUMBERS, PERIODS, Place, fields_of, split
from wattstone.workflows.workspace import Workspace

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("measure", "measure id", "ecm", "ecm id", "措施编号", "编号", "措施"),
    "site_id": ("site", "location", "building", "场所", "场所编号", "站点", "建筑", "地点"),
    "meters": ("meter", "meter id", "meter ids", "计量点", "表计", "电表", "仪表"),
    "name": ("title", "measure name", "名称", "措施名称"),
    "description": ("details", "说明", "描述", "措施说明"),
    "boundary": ("measurement boundary", "边界", "测量边界"),
    "inside": ("inside boundary", "included", "边界内", "包含"),
    "option": ("ipmvp option", "ipmvp", "选项", "ipmvp选项", "方案"),
    "key_parameter": ("关键参数",),
    "stipulated": ("stipulation", "stipulations", "约定值", "约定参数"),
    "simulation": ("simulation file", "模拟", "模拟文件"),
    "baseline": ("baseline period", "基期", "基准期"),
    "baseline_start": ("baseline from", "baseline first", "基期开始", "基准期开始"),
    "baseline_end": ("baseline until", "baseline to", "baseline last", "基期结束", "基准期结束"),
    "reporting": ("reporting period", "报告期", "核算期"),
    "reporting_start": ("reporting from", "reporting first", "报告期开始"),
    "reporting_end": ("reporting until", "reporting to", "reporting last", "报告期结束"),
    "blackout": ("works", "installation", "blackout period", "施工期", "施工"),
    "blackout_start": ("works from", "works start", "installation start", "施工开始"),
    "blackout_end": ("works until", "works end", "installation end", "施工结束"),
    "expected_saving": (
        "expected",
        "expected savings",
        "saving",
        "savings",
        "预期节约量",
        "预期节能量",
        "节约量",
        "节能量",
    ),
    "expected_unit": ("saving unit", "unit", "单位", "节约量单位"),
    "cost": ("investment", "cost of measure", "投资", "费用", "成本", "投资额"),
    "currency": ("币种", "货币"),
    "owner": ("responsible", "负责人", "责任人"),
    "status": ("state", "状态"),
    "interacts_with": ("interacts", "interactive", "相关措施", "相互影响"),
    "overrides": ("override", "例外"),
    "model": ("模型",),
    "variables": ("variable", "independent variables", "变量", "自变量"),
    "comparison_sites": ("comparison site", "对照场所"),
    "comparison_meters": ("comparison meter", "对照计量点", "对照表计"),
}
"""Headers of an imported table by field, English and Chinese; capitals, dashes and underscores do not matter."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did.

    Parameters
    ----------
    source : str
        The file's name.
    new, changed, same : tuple of str
        Ids of the measures.
    findings : tuple of Finding
        Warnings.
    """

    source: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A measure as it is declared, checked: what it was before, what the audit log says of it, and warnings."""

    measure: Measure
    before: Measure | None
    details: Mapping[str, Any]
    findings: tuple[Finding, ...]


def declare_measure(workspace: Workspace, name: str, said: Mapping[str, Any], *, who: str = "user") -> list[Finding]:
    """Declare a measure, or correct what is said of one.

    Parameters
    ----------
    workspace : Workspace
        Where.
    name : str
        Its id.
    said : mapping
        Fields of `Measure` as texts; `overrides` as `CODE=REASON` and `events` as `FIRST/LAST,KIND,REASON` are added to
        those that are there, lists replace them, an empty text takes back what was said.
    who : str
        For the audit log, and who confirms the events.

    Returns
    -------
    list of Finding
        Warnings.

    Raises
    ------
    InputRefused
        With every finding; nothing is changed then.
    """
    declared = checked_measure(workspace, name, said, who=who)
    with workspace.lock():
        workspace.records.declare_measures([declared.measure])
        workspace.records.note("measure", who=who, details=declared.details)
    return list(declared.findings)


def checked_measure(workspace: Workspace, name: str, said: Mapping[str, Any], *, who: str) -> Declared:
    """What `declare_measure` would keep; nothing is kept.

    Raises
    ------
    InputRefused
        As `declare_measure` does.
    """
    known = {one.id: one for one in workspace.records.measures()}

    def place(field: str) -> str:
        return f"measure '{name}', {field}"

    measure, found = _measure(name, said, known.get(name), place, who)
    if measure is not None:
        every = {**known, name: measure}
        unusable = {one.params.get("field") for one in found}
        mine = [one for one in _checked(workspace, list(every.values())) if one.params["measure"] == name]
        found += [one for one in mine if one.params["field"] not in unusable]
    if measure is None or any(one.severity == "error" for one in found):
        raise InputRefused(found)
    details = {"measure": name, **_texts(said)}
    return Declared(measure=measure, before=known.get(name), details=details, findings=tuple(found))


def remove_measure(workspace: Workspace, name: str, *, reason: str, who: str = "user") -> None:
    """Take a measure back; the audit log keeps what it was.

    Raises
    ------
    InputRefused
        If there is no such measure, no reason, or another measure names it; nothing is changed then.
    """
    known = {one.id: one for one in workspace.records.measures()}
    naming = [one.id for one in known.values() if name in one.interacts_with]
    found: list[Finding] = []
    if name not in known:
        found.append(
            Finding(
                code="measure.unknown",
                place=f"measure '{name}'",
                found="there is no such measure",
                expected="a measure of the workspace",
                remedy="see which there are with `wattstone measure WORKSPACE`",
            )
        )
    if not reason.strip():
        found.append(
            Finding(
                code="measure.no_reason",
                place=f"measure '{name}'",
                found="no reason is given",
                expected="a sentence that an auditor can judge",
                remedy="say why it is removed",
            )
        )
    if naming:
        found.append(
            Finding(
                code="measure.named",
                place=f"measure '{name}'",
                found="measure '{other}' says that it interacts with it",
                params={"other": naming[0]},
                expected="a measure that no other names",
                remedy="take it out of --interacts-with there, or set this one's status to withdrawn",
            )
        )
    if found:
        raise InputRefused(found)
    with workspace.lock():
        workspace.records.declare_measures([], removed=[name])
        details = {"measure": name, "reason": reason.strip(), "was": known[name].model_dump(mode="json")}
        workspace.records.note("remove measure", who=who, details=details)


def import_measures(workspace: Workspace, path: Path, *, who: str = "user") -> Imported:
    """Take the measures of a table in: CSV or XLSX, a measure a row, headers as `COLUMNS` has them.

    Parameters
    ----------
    workspace : Workspace
        Where.
    path : Path
        The table. Fields that it does not have keep what was said of a measure before.
    who : str
        For the audit log.

    Returns
    -------
    Imported

    Raises
    ------
    InputRefused
        With every finding, its row and column; nothing is changed then.
    """
    problems = Problems(path)
    table = read_records(path, COLUMNS, problems)
    found = list(problems.findings)
    known = {one.id: one for one in workspace.records.measures()}
    measures, rows, wrong = _measures(table, path.name, known, who)
    found += wrong
    every = {**known, **measures}
    unusable = {(one.place.split(", column")[0], one.params.get("field")) for one in found}
    for one in _checked(workspace, list(every.values())):
        field, at = one.params["field"], rows.get(one.params["measure"])
        if at is not None and (f"{path.name}, row {at}", field) not in unusable:
            found.append(replace(one, place=_cell(path.name, at, table, field)))
    found.sort(key=_row)
    if any(one.severity == "error" for one in found):
        raise InputRefused(found)
    new = tuple(name for name in measures if name not in known)
    changed = tuple(name for name, one in measures.items() if name in known and known[name] != one)
    same = tuple(name for name in measures if name not in (*new, *changed))
    if new or changed:
        with workspace.lock():
            workspace.records.declare_measures([measures[name] for name in (*new, *changed)])
            details = {"source": path.name, "new": list(new), "changed": list(changed)}
            workspace.records.note("import measures", who=who, details=details)
    return Imported(source=path.name, new=new, changed=changed, same=same, findings=tuple(found))


def _measures(
    table: RecordTable, file: str, known: Mapping[str, Measure], who: str
) -> tuple[dict[str, Measure], dict[str, int], list[Finding]]:
    """The measures of a table, their rows, and what is wrong with single rows."""
    measures: dict[str, Measure] = {}
    rows: dict[str, int] = {}
    found: list[Finding] = []
    for record in table.records:
        name = record.cells.get("id", "")
        if not name or name in rows:
            found.append(_no_id(_cell(file, record.row, table, "id"), name, rows.get(name)))
            continue
        rows[name] = record.row
        said, wrong = _joined(record, table, file)

        def place(field: str, row: int = record.row) -> str:
            return _cell(file, row, table, field)

        measure, more = _measure(name, said, known.get(name), place, who)
        found += [*wrong, *more]
        if measure is not None:
            measures[name] = measure
    return measures, rows, found


def _no_id(place: str, name: str, row: int | None) -> Finding:
    return Finding(
        code="measure.id",
        place=place,
        found="the id '{name}' stands in row {row} too" if name else "the row has no id",
        params={"name": name, "row": row},
        expected="an id of its own for each measure",
        remedy="give each measure one row with an id",
    )


def _joined(record: Record, table: RecordTable, file: str) -> tuple[dict[str, str], list[Finding]]:
    """The cells of a row with its periods put together from their first and last days."""
    said = {field: text for field, text in record.cells.items() if field != "id"}
    found: list[Finding] = []
    for field in PERIODS:
        first, last = said.pop(f"{field}_start", ""), said.pop(f"{field}_end", "")
        if last and not first:
            found.append(
                Finding(
                    code="measure.half_period",
                    place=_cell(file, record.row, table, f"{field}_end"),
                    found="the period has a last day and no first one",
                    expected="a first day",
                    remedy="add it",
                )
            )
        elif first and field not in said:
            said[field] = f"{first}/{last}"
    for field, unit_field in NUMBERS.items():
        if field in said and unit_field not in said and field in table.units:
            said[unit_field] = table.units[field]
    return said, found


def _row(finding: Finding) -> int:
    """The row that a finding is of; 0 for those of the whole table."""
    match = re.search(r", row (\d+)", finding.place)
    return int(match[1]) if match else 0


def _cell(file: str, row: int, table: RecordTable, field: str) -> str:
    """A place in the table: of a period, the column of its first day."""
    column = table.columns.get(field) or table.columns.get(f"{field}_start") or table.columns.get(f"{field}_end")
    return f"{file}, row {row}" + (f", column '{column}'" if column else "")


def _measure(
    name: str, said: Mapping[str, Any], before: Measure | None, place: Place, who: str
) -> tuple[Measure | None, list[Finding]]:
    """A record of what is said, over what was said before; with errors it is a draft, for further checks alone."""
    fields, found = fields_of(said, place, before=before, who=who)
    start = {"id": name} if before is None else before.model_dump()
    given = {key: value for key, value in {**start, **fields}.items() if value is not None}
    try:
        measure = Measure.model_validate(given)
    except ValidationError as error:
        unread = set(said) - set(fields)
        found += [one for one in _invalid(place, said, error) if one.params["field"] not in unread]
        measure = _draft(given, {str(one["loc"][0]) for one in error.errors() if one["loc"]})
    if measure is not None:
        found += unknown_overrides(measure.overrides, place("overrides"))
    return measure, found


def _draft(given: Mapping[str, Any], wrong: set[str]) -> Measure | None:
    """What is left without the fields that cannot be used, so that the rest is checked in the same run."""
    try:
        return Measure.model_validate({key: value for key, value in given.items() if key not in wrong})
    except ValidationError:
        return None


def _invalid(place: Place, said: Mapping[str, Any], error: ValidationError) -> Sequence[Finding]:
    return [
        Finding(
            code="declare.invalid",
            place=place(field),
            found="nothing is said of it" if one["type"] == "missing" else "the value {value} cannot be used: {why}",
            params={
                "value": repr(said.get(field, one.get("input"))),
                "why": one["msg"].removeprefix("Value error, "),
                "field": field,
            },
            expected="a value as docs/how-to/measure.md lists it",
            remedy="add it" if one["type"] == "missing" else "correct it",
        )
        for one in error.errors()
        for field in [str(one["loc"][0]) if one["loc"] else "value"]
    ]


def _checked(workspace: Workspace, measures: Sequence[Measure]) -> list[Finding]:
    return check_measures(measures, workspace.records.sites(), workspace.records.meters())


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {key: "; ".join(split(value)) for key, value in said.items()}
