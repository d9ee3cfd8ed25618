"""What is said of targets: lines, a table and a chart of each course, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from wattstone.base import Finding
from wattstone.programme.kinds import record_kind
from wattstone.programme.report import Basis, Chart, Column, Line, Said, Table
from wattstone.programme.targets.course import Ahead, Course
from wattstone.programme.targets.known import Value
from wattstone.programme.targets.progress import Verdict, achieved, four, parts_of_gap, verdict
from wattstone.programme.targets.trend import LEAST

__all__ = ["course_charts", "course_findings", "course_lines", "course_says", "course_table", "parts_of", "parts_table"]

_GAPS: Final = {False: "Above (+) or below what is allowed", True: "Above (+) or below what is due"}
_FORMS: Final = record_kind("target").field("form").choices
SERIES: Final = {
    "inventory": "Up to now", "allowed": "Allowed", "trend": "Trend without measures",
    "forecast": "Forecast with measures",
}  # fmt: skip

_NOW: Final[Mapping[Verdict, str]] = {
    "on_track": "{target} stands at {value} {unit} in {year}, where {allowed} is allowed: on track.",
    "off_track": "{target} stands at {value} {unit} in {year}, where {allowed} is allowed: off track.",
    "open": "{target} stands at {value} {unit} in {year}, where {allowed} is allowed: open.",
}
_NOW_SHARE: Final[Mapping[Verdict, str]] = {
    "on_track": "{target} stands at {value} in {year}, where {allowed} is due: on track.",
    "off_track": "{target} stands at {value} in {year}, where {allowed} is due: off track.",
    "open": "{target} stands at {value} in {year}, where {allowed} is due: open.",
}
_THEN: Final[Mapping[Verdict, str]] = {
    "on_track": "In {year} it is expected at {value} {unit}, with {goal} to be reached: it would be met.",
    "off_track": "In {year} it is expected at {value} {unit}, with {goal} to be reached: it would be missed.",
    "open": "In {year} it is expected at {value} {unit}, with {goal} to be reached: the interval leaves it open.",
}

_THEN_SHARE: Final[Mapping[Verdict, str]] = {
    "on_track": "In {year} it is expected at {value}, with {goal} to be reached: it would be met.",
    "off_track": "In {year} it is expected at {value}, with {goal} to be reached: it would be missed.",
    "open": "In {year} it is expected at {value}, with {goal} to be reached: the interval leaves it open.",
}


def course_lines(course: Course, year: int) -> Iterator[Line]:
    """The lines of a target in a year."""
    target, quantity = course.target, course.quantity
    here, base = quantity.years.get(year), quantity.years.get(target["base_year"])
    yield _value(course, "target.base", "Base year", target["base_year"], base)
    yield _value(course, "target.value", "In the year", year, here)
    allowed = course.allowed.get(year)
    inputs = (*course.inputs, "line:target.base")
    yield _line(
        course, "target.allowed", "Allowed in the year" if not course.grows else "Due in the year", allowed, year,
        inputs=inputs, reason=_no_allowed(course, year), notes=_of_pathway(course),
    )  # fmt: skip
    gap = None if here is None or allowed is None else here.value - allowed
    yield _line(
        course, "target.gap", _GAPS[course.grows], gap, year, inputs=("line:target.value", "line:target.allowed"),
        reason=(quantity.reason(year) if here is None else _no_allowed(course, year)),
    )  # fmt: skip
    done = None if None in (here, base, course.goal) else achieved(base.value, here.value, course.goal)  # type: ignore[union-attr, arg-type]
    yield _line(
        course, "target.achieved", "Share of the way that is behind", done, year, unit="1",
        inputs=("line:target.base", "line:target.value", "line:target.goal"),
        reason=quantity.reason(year) if here is None else course.why or Said("base year and goal are the same"),
    )  # fmt: skip
    yield _line(
        course, "target.goal", "To be reached", course.goal, target["target_year"], inputs=inputs,
        reason=_no_goal(course), notes=_goal_notes(course),
    )  # fmt: skip
    yield from _expected(course)


def _expected(course: Course) -> Iterator[Line]:
    end = course.target["target_year"]
    if course.last is not None and course.last >= end:
        return
    ahead = course.ahead.get(end)
    why = Said("nothing is known of it up to now")
    known = tuple(dict.fromkeys(key for one in course.quantity.years.values() for key in one.inputs))
    notes = _ahead_notes(course)
    told = ahead or Ahead(trend=0, trend_range=None, forecast=None, forecast_range=None, measures=None)
    some = ahead is not None
    divided = why if not some else _no_denominator(course)
    last = None if course.last is None else course.quantity.years[course.last]
    yield _line(
        course, "target.trend", "Expected in the target year without measures", told.trend if some else None, end,
        inputs=known, reason=why, interval=told.trend_range, notes=notes[:1], basis="estimated",
    )  # fmt: skip
    less = told.measures
    if course.counted:
        under = () if last is None else last.under
        yield _line(
            course, "target.measures", "Less by planned and decided measures", None if less is None else less[0], end,
            inputs=(*(f"line:abatement.alone@entry:{name}" for name in course.counted), *under), reason=divided,
            interval=None if less is None or less[1] == less[2] else less[1:],
            notes=(*notes[1:], *_divided(course)), basis="estimated",
        )  # fmt: skip
    below = ("line:target.measures",) if course.counted else ()
    yield _line(
        course, "target.forecast", "Expected in the target year", told.forecast, end,
        inputs=("line:target.trend", *below), reason=divided, interval=told.forecast_range, basis="estimated",
    )  # fmt: skip
    gap = None if told.forecast is None or course.goal is None else told.forecast - course.goal
    yield _line(
        course, "target.forecast_gap", "Above (+) or below the goal in the target year", gap, end,
        inputs=("line:target.forecast", "line:target.goal"),
        reason=_no_goal(course) if told.forecast is not None else divided, basis="estimated",
        interval=None if gap is None or told.forecast_range is None or course.goal is None
        else (told.forecast_range[0] - course.goal, told.forecast_range[1] - course.goal),
    )  # fmt: skip


def _no_denominator(course: Course) -> Said:
    return Said("there is no denominator of {year} by which what measures reduce could be divided",
                {"year": course.last})  # fmt: skip


def _divided(course: Course) -> tuple[Said, ...]:
    if course.target["form"] != "intensity" or course.last is None:
        return ()
    return (Said("divided by the denominator of {year}", {"year": course.last}),)


def _line(
    course: Course, name: str, label: str, value: float | None, year: int, *, inputs: Sequence[str],
    reason: Said | None, unit: str | None = None, interval: tuple[float, float] | None = None,
    notes: Sequence[Said] = (), basis: Basis = "computed",
) -> Line:  # fmt: skip
    doubtful = any(one.text == _UNREAD for one in (*notes, *_of_pathway(course)))
    return Line(
        name=name, label=label, value=value, unit=course.quantity.unit if unit is None else unit, period=str(year),
        method=f"{name}/1", inputs=tuple(dict.fromkeys(inputs)), subject=f"entry:{course.target['entry']}",
        interval=interval if value is not None else None, reason=None if value is not None else reason,
        notes=tuple(notes), basis="unconfirmed" if doubtful and name in _BY_PATHWAY else basis,
    )  # fmt: skip


_UNREAD: Final = "nobody here has read the pathway in its source: {source}"
_BY_PATHWAY: Final = ("target.allowed", "target.gap", "target.goal", "target.achieved", "target.forecast_gap")


def _value(course: Course, name: str, label: str, year: int, value: Value | None) -> Line:
    notes = (Said("recalculated since it was first released"),) if value is not None and value.restated else ()
    stated = value is not None and value.stated
    return _line(
        course, name, label, None if value is None else value.value, year,
        inputs=() if value is None else value.inputs, reason=course.quantity.reason(year), notes=notes,
        basis="stated" if stated else "computed",
    )  # fmt: skip


def _of_pathway(course: Course) -> tuple[Said, ...]:
    pathway, straight = course.pathway, Said("a straight line from the base year to the target year")
    if pathway is None:
        return (straight,)
    sources = course.target["pathway_sources"]
    told = [Said("by the pathway {pathway}: {source}", {"pathway": pathway.name, "source": sources})]
    if pathway.form is None:
        told = [
            straight, Said("emissions peak by {year}, which limits no year before: {source}",
                           {"year": pathway.peak, "source": sources}),
        ]  # fmt: skip
    if course.rebased is not None:
        told.append(
            Said("its index is {value} in the base year {year}; all of it is divided by that",
                 {"value": course.rebased, "year": course.target["base_year"]})
        )  # fmt: skip
    if not course.target["pathway_confirmed"]:
        told.append(Said(_UNREAD, {"source": sources}))
    return tuple(told)


def _no_allowed(course: Course, year: int) -> Said:
    if course.why is not None:
        return course.why
    if year < course.target["base_year"]:
        return Said("the year is before the base year")
    if year > course.target["target_year"]:
        return Said("the year is after the target year")
    return Said("the pathway says nothing of {year}", {"year": year})


def _no_goal(course: Course) -> Said:
    return course.why or Said("the pathway says nothing of {year}", {"year": course.target["target_year"]})


def _goal_notes(course: Course) -> tuple[Said, ...]:
    if course.differs is None:
        return ()
    return (Said("the pathway allows {value} in that year; the target holds", {"value": course.differs}),)


def _ahead_notes(course: Course) -> tuple[Said, ...]:
    if course.known >= LEAST:
        first = Said(
            "a straight line through {count} years; what was done in them goes on in it", {"count": course.known}
        )
    else:
        first = Said("the level of the last year: {least} known years or more make a trend", {"least": LEAST})
    return (
        first,
        Said("what began in the years known is in the inventory already, and is not taken off again"),
        Said("by the probability and the uncertainty that each measure says"),
        Said("a measure whose life has ended by then reduces nothing any more"),
    )


def course_says(course: Course, year: int) -> Iterator[Said]:
    """The answer: where it stands, and where it goes."""
    target, here, allowed = course.target, course.quantity.years.get(year), course.allowed.get(year)
    unit = "" if course.grows else course.quantity.unit
    if here is None or allowed is None:
        why = course.quantity.reason(year) if here is None else _no_allowed(course, year)
        yield Said("{target}: whether it is on track in {year} cannot be told, for {reason}.",
                   {"target": target["entry"], "year": year, "reason": why})  # fmt: skip
    elif year == target["base_year"]:
        yield Said("{target}: {year} is the base year.", {"target": target["entry"], "year": year})
    else:
        held = verdict(here.value, allowed, grows=course.grows)
        forms = _NOW_SHARE if course.grows else _NOW
        yield Said(forms[held], {"target": target["entry"], "value": here.value, "unit": unit, "year": year,
                                 "allowed": allowed})  # fmt: skip
        worst = parts_of(course, year)
        if held == "off_track" and worst is not None and worst["gap"][0] > 0:
            yield Said("Most of what is above comes from {part}: {gap} t CO2e more than its share.",
                       {"part": Said(PARTS[worst["part"][0]]), "gap": worst["gap"][0]})  # fmt: skip
    ahead = course.ahead.get(target["target_year"])
    if ahead is not None and ahead.forecast is not None and course.goal is not None:
        then = verdict(ahead.forecast, course.goal, ahead.forecast_range, grows=course.grows)
        forms = _THEN_SHARE if course.grows else _THEN
        yield Said(forms[then], {"year": target["target_year"], "value": ahead.forecast, "unit": unit,
                                 "goal": course.goal})  # fmt: skip


PARTS: Final = {
    "scope1": "scope 1", "scope2.location": "scope 2, location-based", "scope2.market": "scope 2, market-based",
    "scope3": "scope 3", **{f"scope3.{n}": f"scope 3, category {n}" for n in range(1, 16)},
}  # fmt: skip


def parts_of(course: Course, year: int) -> pl.DataFrame | None:
    """Which parts of the coverage are above their share; None where the base year or the year is stated as a whole."""
    here, base = course.quantity.years.get(year), course.quantity.years.get(course.target["base_year"])
    allowed = course.allowed.get(year)
    if here is None or base is None or allowed is None or not here.parts or not base.parts or base.value == 0:
        return None
    # Of an intensity the share is of the emissions that the year's denominator allows.
    index = allowed / base.value * (here.below or 1.0) / (base.below or 1.0)
    return parts_of_gap(base.parts, here.parts, index)


def parts_table(courses: Sequence[Course], year: int) -> Table | None:
    """Parts of the coverage of every target of which they are known."""
    found = [
        rows.select(pl.lit(str(one.target["entry"])).alias("target"), pl.all())
        for one in courses
        if year != one.target["base_year"] and (rows := parts_of(one, year)) is not None
    ]
    if not found:
        return None
    frame = pl.concat(found)
    return Table(
        id="parts", title="Why: parts of the coverage",
        columns=(
            Column("target", "Target"), Column("part", "Part", labels=PARTS), Column("base", "Base year", "t CO2e"),
            Column("value", "In the year", "t CO2e"), Column("allowed", "Allowed in the year", "t CO2e"),
            Column("gap", "Above (+) or below", "t CO2e"),
        ),
        rows=frame.with_columns(pl.lit("").alias(f"{name}@line") for name in ("base", "value", "allowed", "gap")),
    )  # fmt: skip


def course_table(course: Course, year: int) -> Table | None:
    """Year by year what was, what is allowed and what is expected; those that are lines of the report name them."""
    rows: list[tuple[int, str, float]] = [(y, "inventory", one.value) for y, one in course.quantity.years.items()]
    rows += [(y, "allowed", value) for y, value in course.allowed.items()]
    rows += [(y, "trend", one.trend) for y, one in course.ahead.items()]
    rows += [
        (y, "forecast", one.forecast) for y, one in course.ahead.items() if course.counted and one.forecast is not None
    ]
    if not rows:
        return None
    frame = pl.DataFrame(rows, schema={"year": pl.Int32, "what": pl.String, "value": pl.Float64}, orient="row")
    unit, subject, base, end = course.quantity.unit, f"entry:{course.target['entry']}", *_ends(course)
    lines = {
        ("inventory", base): "target.base", ("inventory", year): "target.value", ("allowed", end): "target.goal",
        ("allowed", year): "target.allowed", ("trend", end): "target.trend", ("forecast", end): "target.forecast",
    }  # fmt: skip
    named = [
        f"{lines[what, at]}|{subject}|{at}" if (what, at) in lines else "" for at, what in frame["year", "what"].rows()
    ]
    return Table(
        id=f"course.{course.target['entry']}", title=_title(course),
        rows=frame.with_columns(pl.Series("value@line", named, dtype=pl.String)),
        columns=(Column("year", "Year"), Column("what", "What", labels=SERIES), Column("value", "Value", unit)),
    )  # fmt: skip


def course_charts(course: Course, tables: Sequence[Table]) -> Iterator[Chart]:
    """The course as lines."""
    name = f"course.{course.target['entry']}"
    if any(one.id == name for one in tables):
        yield Chart(
            id=name, title=_title(course), mark="line", table=name, x="year", y="value", series="what",
            note=_form(course),
        )  # fmt: skip


def _title(course: Course) -> str:
    """The target's name, and what it is in words."""
    name, label = str(course.target["entry"]), course.target["label"]
    return f"{name}: {label}" if label else name


def _ends(course: Course) -> tuple[int, int]:
    return int(course.target["base_year"]), int(course.target["target_year"])


def _form(course: Course) -> Said:
    return Said(_FORMS[course.target["form"]])


def course_findings(course: Course, year: int) -> Iterator[Finding]:
    """What has to be looked at."""
    place, params = f"target '{course.target['entry']}'", dict[str, Any]()
    for twice in course.quantity.twice:
        yield Finding(
            code="target.stated_twice", place=place, severity="warning",
            found="{year} is stated and in the inventory", expected="one of the two",
            remedy="withdraw the stated value; the inventory's holds", params={"year": twice},
        )  # fmt: skip
    yield from _goal_above(course, place)
    peak = None if course.pathway is None else course.pathway.peak
    known = {y: one.value for y, one in course.quantity.years.items() if peak is not None and peak <= y <= year}
    if peak is not None and peak in known and (above := [y for y in known if known[y] > known[peak] * (1 + 1e-9)]):
        params = {"peak": peak, "year": above[0], "value": round(known[above[0]], 3), "at": round(known[peak], 3)}
        yield Finding(
            code="target.peak", place=place, severity="warning",
            found="after the peak of {peak} ({at}) it rose to {value} in {year}",
            expected="no year above that of the peak", remedy="look for the reason, or set the peak later",
            params=params,
        )  # fmt: skip


def _goal_above(course: Course, place: str) -> Iterator[Finding]:
    """A goal that is entered, and lies on the wrong side of the base year: a slip of the unit, most often."""
    base, goal = course.quantity.years.get(course.target["base_year"]), course.target["goal"]
    if base is None or goal is None or (goal >= base.value if course.grows else goal <= base.value):
        return
    below = "the goal {goal} {unit} is above the base year, {base} {unit}"
    yield Finding(
        code="target.goal_above", place=place, severity="warning",
        found="the goal {goal} is below the base year, {base}" if course.grows else below,
        expected="a share that grows" if course.grows else "less than in the base year",
        remedy="look at the unit (t, not kg) and at the base year",
        params={"goal": four(goal), "base": four(base.value), "unit": course.quantity.unit},
    )  # fmt: skip
