"""Readings of a meter: a window of them, as they are or added up to what a chart can show, as JSON or CSV."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from wattstone.base import Finding
from wattstone.interfaces.http.answers import fresh, json_answer, kept_headers, version_tag
from wattstone.interfaces.http.common import ORG, Name, Reader, absent, described, one_of
from wattstone.interfaces.http.models.estate import Readings
from wattstone.interfaces.http.places import kept
from wattstone.interfaces.http.problems import Problem
from wattstone.interfaces.present.safe import harmless
from wattstone.portfolio import Meter
from wattstone.workflows.access import Act, require
from wattstone.workflows.access.guard import acting
from wattstone.workflows.readings import meter_readings
from wattstone.workflows.workspace import Workspace

router = APIRouter(prefix=ORG)

Every = Literal["raw", "hour", "day", "month"]
MOST = 100_000  # rows of one answer
POINTS = 2000
WINDOW = timedelta(days=7)
_A_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)
_DAY = 86_400
_TRUNCATED: dict[str, str] = {"hour": "1h", "day": "1d", "month": "1mo"}
_STEPS = (900, 1800, 3600, 7200, 10_800, 21_600, 43_200, _DAY, 2 * _DAY, 7 * _DAY, 28 * _DAY, 91 * _DAY)  # s
_EARLIEST, _LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # naive UTC, as the lake stores it

_STORED = {"energy": "kWh", "volume": "m3", "mass": "kg"}

Moment = Annotated[datetime | None, Query(description="UTC, or with an offset.")]


@router.get(
    "/meters/{meter}/readings", operation_id="listReadings", summary="Readings of a meter",
    responses=described(Readings, others={200: {
        "description": "As JSON, or as CSV where that is accepted.", "model": Readings,
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }}),
)  # fmt: skip
def readings(
    request: Request, here: Reader, meter: Name, start: Moment = None, end: Moment = None,
    every: Annotated[Every | None, Query(description="`raw` or added up; left out: thinned to `points`.")] = None,
    points: Annotated[int, Query(ge=10, le=20_000, description="Rows at most, without `every`.")] = POINTS,
    format: Annotated[Literal["json", "csv"] | None, Query(description="Goes before Accept.")] = None,  # noqa: A002
) -> Response:  # fmt: skip
    """The last seven days up to the newest reading, where no window is named.

    Readings of a dwelling or a driver are added up by the day for whoever may not see more.
    """
    tag = version_tag(here, request, "readings")
    if (same := fresh(request, tag)) is not None:
        return same
    own = one_of(kept(here, "meters", here.workspace.records.meters), meter, "meter")
    veiled = own.personal and not here.principal.may(Act.READ_PERSONAL, own.site_id)
    whole = acting(here.workspace, Act.READ)  # the meter is one that may be seen: its list said so
    first, last = _window(whole, own, start, end)
    if veiled:  # a window of an hour would tell of the hour
        first, last, every = _midnight(first), _midnight(last - _TICK) + _A_DAY, every if every == "month" else "day"
    rows = meter_readings(whole, meter, first, last)
    by = every
    table, said, through = _shown(rows, by, points, last)
    if _csv(request, format):
        require(here.principal, Act.EXPORT, own.site_id)
        return _as_csv(table, own, tag)
    content = {
        "meter": own.id, "kind": own.kind, "unit": _unit(own), "start": first, "end": last, "every": said,
        "personal": own.personal, "readings": table.to_dicts(), "next": through,
    }  # fmt: skip
    return json_answer(content, tag=tag)


def _window(
    workspace: Workspace, meter: Meter, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    first, last = _naive(start), _naive(end)
    if first is None or last is None:
        newest = _newest(workspace, meter)
        if last is None:
            last = newest if first is None else max(first + WINDOW, first)
        first = last - WINDOW if first is None else first
    if not _EARLIEST <= first < last <= _LATEST:
        raise Problem(status=422, findings=[_no_window(first, last)])
    return first, last


def _newest(workspace: Workspace, meter: Meter) -> datetime:
    """The end of the newest reading's day."""
    held = workspace.lake.scan("latest")
    key = workspace.records.meter_key(meter.id)
    if key is None:
        raise absent("meter", meter.id)
    rows = None if held is None else held.filter(pl.col("meter") == key).select("start").collect()
    if rows is None or rows.is_empty():
        return _midnight(datetime.now(UTC).replace(tzinfo=None)) + _A_DAY
    return _midnight(rows["start"][0]) + _A_DAY


def _naive(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return _EARLIEST if moment.year < 2000 else _LATEST


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _shown(
    rows: pl.DataFrame, by: Every | None, points: int, end: datetime
) -> tuple[pl.DataFrame, str, datetime | None]:
    """Rows as asked, what they were added up to, and where to go on."""
    if by in _TRUNCATED:
        return _summed(rows, pl.col("start").dt.truncate(_TRUNCATED[by])), by, None
    if by is None and rows.height > points:
        span = (rows["start"][-1] - rows["start"][0]).total_seconds() + 1
        step = next((one for one in _STEPS if span / one <= points - 1), _STEPS[-1])
        return _summed(rows, pl.col("start").dt.truncate(f"{step}s")), f"{step} s", None
    more = rows.height > MOST
    through = rows["start"][MOST] if more else None
    return rows.head(MOST).with_columns(pl.lit(None, pl.Float64).alias("covered")), "raw", through


def _summed(rows: pl.DataFrame, bucket: pl.Expr) -> pl.DataFrame:
    """Quantities of intervals added up: null where nothing was measured, with the share that was."""
    measured = pl.col("seconds").filter(pl.col("value").is_not_null()).sum()
    some = pl.col("value").is_not_null().any()
    return rows.group_by(bucket.alias("start"), maintain_order=True).agg(
        pl.col("seconds").sum(),
        pl.when(some).then(pl.col("value").sum()).alias("value"),
        pl.col("flags").bitwise_or(),
        (measured / pl.col("seconds").sum()).cast(pl.Float64).alias("covered"),
    )


def _unit(meter: Meter) -> str:
    """In which the lake stores what it measures."""
    known = meter.measures
    return _STORED.get(known.quantity, meter.unit) if known is not None else meter.unit


def _csv(request: Request, asked: str | None) -> bool:
    """Whether CSV is wanted.

    Raises
    ------
    Problem
        406 where neither JSON nor CSV is accepted.
    """
    if asked is not None:
        return asked == "csv"
    accepted = [one.split(";")[0].strip().lower() for one in request.headers.get("accept", "*/*").split(",")]
    for one in accepted:
        if one in ("*/*", "application/*", "application/json", ""):
            return False
        if one in ("text/csv", "text/*"):
            return True
    raise Problem(status=406)


def _as_csv(table: pl.DataFrame, meter: Meter, tag: str) -> Response:
    """CSV in full precision; a name that a spreadsheet would compute is made harmless."""
    named = table.select(
        pl.lit(harmless(meter.site_id)).alias("site_id"), pl.lit(harmless(meter.id)).alias("meter_id"),
        pl.lit(harmless(meter.kind)).alias("kind"),
        pl.col("start").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("start"), "seconds", "value",
        pl.lit(_unit(meter)).alias("unit"), "flags", "covered",
    )  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="readings.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_pieces(named), media_type="text/csv; charset=utf-8", headers=kept_headers(tag, headers))


def _pieces(table: pl.DataFrame) -> Iterator[str]:
    yield table.clear().write_csv()
    for piece in table.iter_slices(20_000):
        yield piece.write_csv(include_header=False)


def _no_window(first: Any, last: Any) -> Finding:
    return Finding(
        code="readings.window",
        place="query, start, end",
        found="there is no time between {first} and {last}",
        params={"first": str(first), "last": str(last), "pointer": "query:start"},
        expected="a start before the end, both between 1900 and 2200",
        remedy="correct them",
    )
