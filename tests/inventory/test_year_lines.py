"""Lines of two years beside each other; expected by hand."""

from typing import Any

import polars as pl
import pytest

from wattstone.inventory.effects import decompose, effects
from wattstone.inventory.lines import LINES
from wattstone.inventory.year_lines import MONTHS, WEATHER, paired, weather_shares

PLAIN: dict[str, Any] = {
    "site_id": "A", "scope": 2, "category": 0, "kind": "electricity", "item": "", "method": "meter", "unit": "kWh",
    "factor_key": "mee/southwest",
}  # fmt: skip


def year(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**dict.fromkeys(LINES), **PLAIN, **row} for row in rows], schema=LINES)


def used(amount: float, factor: float, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "factor": factor, "value": amount * factor, **more}


def change(earlier: pl.DataFrame, later: pl.DataFrame, name: str, **how: Any) -> dict[str, float]:
    both = paired(earlier, later, throughout={"A"}, **how)
    found = effects(decompose(both.lines)).filter((pl.col("name") == name) & (pl.col("value").abs() > 1e-9))
    return dict(found.select("effect", "value").iter_rows())


def test_one_source_in_two_editions_is_factor_and_another_source_is_method() -> None:
    before = year(used(1000.0, 0.2268))
    assert change(before, year(used(1000.0, 0.2472)), "scope2.location") == pytest.approx({"factor": 20.4})

    other = year(used(1000.0, 0.2472, factor_key="mee/sichuan"))
    assert change(before, other, "scope2.location") == pytest.approx({"method": 20.4})
    former = pl.DataFrame(
        [("A", "scope2.location", "electricity", "", "kWh", 0.24)],
        schema=["site_id", "name", "kind", "item", "unit", "former"], orient="row",
    )  # fmt: skip
    apart = change(before, other, "scope2.location", former=former)
    assert set(apart) == {"method", "factor"}
    assert sum(apart.values()) == pytest.approx(20.4)


def test_lines_of_one_key_are_added_up() -> None:
    """Two meters, one by a factor of its own: 100 x 0.5 + 300 x 0.1 = 80 of 400 kWh; then 88 of 440."""
    before = year(used(100.0, 0.5), used(300.0, 0.1, factor_key="own"))
    after = year(used(110.0, 0.5), used(330.0, 0.1, factor_key="own"))

    both = paired(before, after, throughout={"A"})

    assert both.lines.select("method_0", "amount_0", "value_0", "factor_0", "factor_1").rows() == [
        ("meter mee/southwest, meter own", 400.0, 80.0, pytest.approx(0.2), pytest.approx(0.2))
    ]
    assert change(before, after, "total.location") == pytest.approx({"activity": 8.0})


def test_what_is_not_known_in_one_year_is_left_out_of_both() -> None:
    before = year(used(100.0, 0.5), used(50.0, 0.2, kind="heat"))
    after = year(used(100.0, 0.5), {"amount": 60.0, "kind": "heat"})

    both = paired(before, after, throughout={"A"})

    assert both.lines["kind"].to_list() == ["electricity"]
    assert both.left_out.rows() == [("scope2.location", "A", "heat", "", "later")]


def test_bases_stand_apart_and_scope_0_in_neither() -> None:
    lines = year(used(100.0, 0.5), used(100.0, 0.0), used(9.0, 1.0, scope=0), used(2.0, 1.0, scope=3, category=6))
    lines = lines.with_columns(pl.Series("basis", ["location", "market", None, None]))

    names = paired(lines, lines, throughout={"A"}).lines["name"].to_list()

    assert names == ["scope2.location", "scope2.market", "scope3.6"]


def test_inflation_is_of_what_is_counted_by_spend() -> None:
    """100 to 110 at prices up by a tenth: nothing more was bought. Kilograms have no price."""
    spend = {"scope": 3, "category": 1, "unit": "CNY", "method": "spend"}
    weight = {**spend, "unit": "kg", "kind": "goods"}
    spend["kind"] = "goods_spend"
    before, after = (year(used(money, 0.3, **spend), used(mass, 2.0, **weight)) for money, mass in ((100, 5), (110, 6)))

    assert change(before, after, "scope3.1", inflation={"": 10.0}) == pytest.approx({"price": 3.0, "activity": 2.0})
    assert change(before, after, "scope3.1", inflation={"services_spend": 10.0}) == pytest.approx({"activity": 5.0})


def test_the_weather_is_joined_by_site_and_kind() -> None:
    """All of the gas goes with degree days, which rise by a tenth as the gas does."""
    weather = pl.DataFrame([("A", "gas", 2000.0, 2200.0, 1.0)], schema=WEATHER, orient="row")
    before, after = (year(used(amount, 0.2, scope=1, kind="gas")) for amount in (100.0, 110.0))

    assert change(before, after, "scope1", weather=weather) == pytest.approx({"weather": 2.0})


def months(energy: list[float], days: list[float], degrees: list[float | None], site: str = "A") -> pl.DataFrame:
    rows = [
        (site, "gas", 202301 + at, one, day, degree)
        for at, (one, day, degree) in enumerate(zip(energy, days, degrees, strict=True))
    ]
    return pl.DataFrame(rows, schema=MONTHS, orient="row")


def test_the_share_of_the_weather_is_that_of_the_line_through_the_months() -> None:
    """5 kWh a day and 0.4 kWh a degree day: of 5 x 365 + 0.4 x 2000 = 2625 kWh, 800 go with the weather."""
    days = [31.0, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    degrees = [400.0, 350, 300, 200, 100, 20, 0, 0, 30, 100, 200, 300]
    exact = [5 * day + 0.4 * degree for day, degree in zip(days, degrees, strict=True)]
    flat = [5 * day for day in days]

    rows = pl.concat(
        [
            months(exact, days, [*degrees]),
            months(flat, days, [*degrees], "flat"),
            months(exact[::-1], days, [*degrees][6:] + [*degrees][:6], "upside down"),
            months(exact[:9], days[:9], [*degrees[:9]], "short"),
            months(exact, days, [None] * 12, "dark"),
        ]
    )

    found = dict(weather_shares(rows).select("site_id", "weather_share").iter_rows())
    assert found == {"A": pytest.approx(800 / 2625), "flat": None, "upside down": None, "short": None}
