"""The decomposition of a change: by hand, against another method, and as laws."""

import itertools
import math
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstone.base import InputRefused
from wattstone.inventory.effects import EFFECTS, PARTS, YEAR_LINES, decompose, effects, like_for_like

PLAIN: dict[str, Any] = {
    "site_id": "A", "name": "scope2.location", "scope": 2, "category": 0, "kind": "electricity", "item": "",
    "unit": "kWh", "method_0": "average", "method_1": "average", "like_for_like": True,
}  # fmt: skip


def line(
    amount: tuple[float | None, float | None], factor: tuple[float | None, float | None], **more: Any
) -> dict[str, Any]:
    """A line whose emissions are amount times factor; in a year without an amount it is not there."""
    row = {**dict.fromkeys(YEAR_LINES), **PLAIN}
    for year in (0, 1):
        a, f = amount[year], factor[year]
        row |= {f"amount_{year}": a, f"factor_{year}": f, f"value_{year}": None if a is None or f is None else a * f}
        if a is None:
            row |= {f"method_{year}": None, f"factor_{year}": None}
    return {**row, **more}


def frame(*rows: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=YEAR_LINES)


def made(*rows: Mapping[str, Any], name: str = "total.location") -> dict[str, float]:
    """Effects of a total, those of nothing left out."""
    found = effects(decompose(frame(*rows))).filter((pl.col("name") == name) & (pl.col("value").abs() > 1e-9))
    return dict(found.select("effect", "value").iter_rows())


def mean(a: float, b: float) -> float:
    return a if a == b else (a - b) / (math.log(a) - math.log(b))


def test_a_new_edition_of_the_factor_at_constant_use_is_all_factor() -> None:
    """The south-west of China, kg CO2/kWh: 0.2268 in 2022, 0.2472 in 2023 (+9.0 %), low hydro; 10 GWh in both."""
    assert made(line((1e7, 1e7), (0.2268, 0.2472), former=0.2268)) == pytest.approx({"factor": 1e7 * 0.0204})


def test_use_and_factor_are_parted_by_the_logarithmic_mean() -> None:
    """100 kWh at 0.5 to 120 at 0.6: L(72, 50) = 22 / ln 1.44; use ln 1.2, factor ln 1.2: half each."""
    assert made(line((100.0, 120.0), (0.5, 0.6))) == pytest.approx({"activity": 11.0, "factor": 11.0})


def test_a_site_that_came_and_one_that_left_are_structure() -> None:
    found = made(
        line((100.0, 100.0), (0.5, 0.5)),
        line((None, 80.0), (None, 0.5), site_id="B", like_for_like=False),
        line((30.0, None), (0.5, None), site_id="C", like_for_like=False),
        line((10.0, 40.0), (0.5, 0.5), site_id="D", like_for_like=False),  # bought within the first year
    )

    assert found == pytest.approx({"structure": 40.0 - 15.0 + 15.0})


def test_use_that_moves_between_two_sites_is_structure() -> None:
    """60 kWh move from A (0.2) to B (0.8); the whole use stays 200 kWh, so that nothing is activity.

    A: 20 to 8, L = 12 / ln 2.5, ln(40/100) = -ln 2.5, so -12; B: 80 to 128, +48.
    """
    rows = [line((100.0, 40.0), (0.2, 0.2)), line((100.0, 160.0), (0.8, 0.8), site_id="B")]

    assert made(*rows) == pytest.approx({"structure": 36.0})


def test_two_sites_that_both_grow_by_a_tenth_have_no_mix() -> None:
    """Use x 1.1 at 0.2 and 0.8 kg/kWh: 0.1 x 20 + 0.1 x 80."""
    rows = [line((100.0, 110.0), (0.2, 0.2)), line((100.0, 110.0), (0.8, 0.8), site_id="B")]

    assert made(*rows) == pytest.approx({"activity": 10.0})


def test_a_colder_year_is_weather_as_far_as_use_goes_with_it() -> None:
    """Half of the gas goes with degree days, which rise by a fifth: use x 1.1 is what the weather asks for."""
    cold = {"degree_days_0": 2000.0, "degree_days_1": 2400.0, "weather_share": 0.5, "name": "scope1", "kind": "gas"}

    assert made(line((100.0, 110.0), (0.2, 0.2), **cold)) == pytest.approx({"weather": 2.0})
    flat = made(line((100.0, 100.0), (0.2, 0.2), **cold))
    assert flat == pytest.approx({"weather": 20 * math.log(1.1), "activity": -20 * math.log(1.1)})


def test_dearer_purchases_are_price() -> None:
    """100,000 to 121,000 at prices up by a tenth: half of the rise is price, by logarithms."""
    spend = {"name": "scope3.1", "scope": 3, "category": 1, "kind": "goods_spend", "unit": "CNY"}
    found = made(line((100e3, 121e3), (0.3, 0.3), price_0=100.0, price_1=110.0, **spend))

    assert found == pytest.approx({"price": 3150.0, "activity": 3150.0})


def test_another_method_is_parted_from_a_new_edition() -> None:
    """From 0.5 of a supplier to averages: 0.6 in the earlier edition, 0.66 in the later one."""
    weight = mean(66.0, 50.0)
    row = line((100.0, 100.0), (0.5, 0.66), method_0="supplier", former=0.6)

    assert made(row) == pytest.approx({"method": weight * math.log(1.2), "factor": weight * math.log(1.1)})
    assert made({**row, "former": None}) == pytest.approx({"method": 16.0})


def test_emissions_that_are_stated_alone_are_activity_or_method() -> None:
    stated = line((None, None), (None, None), method_0="supplier", method_1="supplier", value_0=10.0, value_1=14.0)

    assert made(stated) == pytest.approx({"activity": 4.0})
    assert made({**stated, "method_1": "average", "amount_1": 7.0, "factor_1": 2.0}) == pytest.approx({"method": 4.0})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (line((None, 50.0), (None, 0.5)), {"activity": 25.0}),  # the first meter of its kind
        (line((50.0, 0.0), (0.5, 0.4)), {"activity": -25.0}),
        (line((50.0, 50.0), (0.5, 0.0)), {"factor": -25.0}),  # green power
        (line((50.0, 50.0), (0.0, 0.5)), {"factor": 25.0}),
        (line((50.0, 50.0), (0.5, 0.0), method_1="supplier"), {"method": -25.0}),
        (line((0.0, 50.0), (0.0, 0.5)), {"activity": 12.5, "factor": 12.5}),
        (line((0.0, 50.0), (0.5, 0.0)), {}),
        (line((None, None), (None, None)), {}),
    ],
)
def test_what_becomes_zero_takes_the_change(row: dict[str, Any], expected: dict[str, float]) -> None:
    assert made(row) == pytest.approx(expected)


@pytest.mark.parametrize("small", [1e-60, 1e-120, 1e-240])
def test_the_limit_is_that_of_small_values(small: float) -> None:
    """Ang and Liu (2007): zeros replaced by ever smaller values lead to the limit that is used, slowly."""
    (near,) = decompose(frame(line((small, 50.0), (0.4, 0.5)))).iter_rows(named=True)
    (limit,) = decompose(frame(line((0.0, 50.0), (0.4, 0.5)))).iter_rows(named=True)

    slow = 25.0 / -math.log(small)
    assert [near[one] for one in PARTS] == pytest.approx([limit[one] for one in PARTS], abs=slow)


def test_a_line_that_begins_at_one_site_while_others_had_it_is_mix() -> None:
    """A hands all of its 100 kWh to B: the whole use stays; 0 - 20 + 80."""
    rows = [line((100.0, 0.0), (0.2, 0.2)), line((0.0, 100.0), (0.8, 0.8), site_id="B")]

    assert made(*rows) == pytest.approx({"structure": 60.0})


def test_credits_below_zero_are_split_by_means() -> None:
    """-10 at 0.5 to 30 at 0.7: 40 x 0.6 = 24 of use, 0.2 x 10 = 2 of the factor; 21 + 5 = 26."""
    assert made(line((-10.0, 30.0), (0.5, 0.7))) == pytest.approx({"activity": 24.0, "factor": 2.0})


def test_a_larger_share_of_the_same_site_is_structure() -> None:
    """Amount and factor as before; the organisation's share of the emissions rises from a half to three quarters."""
    assert made(line((100.0, 100.0), (0.5, 0.5), value_0=25.0, value_1=37.5)) == pytest.approx({"structure": 12.5})


def test_an_amount_without_emissions_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        decompose(frame(line((100.0, 100.0), (0.5, None))))

    assert refused.value.findings[0].code == "change.unknown"


def test_totals_hold_their_parts() -> None:
    done = decompose(
        frame(
            line((100.0, 120.0), (0.5, 0.6)),
            line((100.0, 120.0), (0.1, 0.2), name="scope2.market"),
            line((10.0, 12.0), (2.0, 2.0), name="scope1", kind="gas", scope=1),
            line((7.0, 7.0), (2.0, 3.0), name="scope3.6", kind="air", scope=3, category=6),
            line((5.0, 6.0), (1.0, 1.0), name="scope3.1", kind="goods", scope=3, category=1, site_id="B"),
        )
    )

    changes = dict(effects(done).group_by("name").agg(pl.col("value").sum()).iter_rows())
    assert changes == pytest.approx(
        {
            "scope1": 4.0, "scope2.location": 22.0, "scope2.market": 14.0, "scope3.1": 1.0, "scope3.6": 7.0,
            "scope3": 8.0, "total.location": 34.0, "total.market": 26.0,
        }
    )  # fmt: skip
    sites = effects(done, "site").filter(pl.col("name") == "total.location").group_by("by").agg(pl.col("value").sum())
    assert dict(sites.iter_rows()) == pytest.approx({"A": 33.0, "B": 1.0})


def test_like_for_like_leaves_out_who_came_or_went() -> None:
    rows = [line((100.0, 90.0), (0.5, 0.5)), line((None, 80.0), (None, 0.5), site_id="B", like_for_like=False)]
    found = like_for_like(decompose(frame(*rows))).filter(pl.col("name") == "scope2.location")

    assert found.select("value_0", "value_1", "like_0", "like_1", "sites").rows() == [(50.0, 85.0, 50.0, 45.0, 1)]


positive = st.floats(1e-6, 1e9)
amounts = st.one_of(st.none(), st.just(0.0), positive)
factors = st.one_of(st.just(0.0), st.floats(1e-4, 1e3))
ratios = st.floats(0.2, 5.0)


@st.composite
def rows(draw: st.DrawFn, *, plain: bool = False) -> dict[str, Any]:
    """A line; a plain one is there in both years and above zero."""
    amount = (draw(positive), draw(positive)) if plain else (draw(amounts), draw(amounts))
    factor = (draw(ratios), draw(ratios)) if plain else (draw(factors), draw(factors))
    row = line(
        amount, factor, site_id=draw(st.sampled_from("AB")), kind=draw(st.sampled_from(["gas", "electricity"])),
        name=draw(st.sampled_from(["scope1", "scope2.location", "scope3.1"])),
        like_for_like=plain or draw(st.booleans()), former=draw(ratios if plain else st.one_of(st.none(), factors)),
        degree_days_0=draw(st.floats(500, 3000)), degree_days_1=draw(st.floats(500, 3000)),
        weather_share=draw(st.floats(0, 1)), price_0=100.0, price_1=draw(st.floats(80, 150)),
    )  # fmt: skip
    if not plain and draw(st.booleans()):
        row["method_1"] = None if amount[1] is None else "supplier"
    return row


@settings(max_examples=30)
@given(st.lists(rows(), min_size=1, max_size=6))
def test_parts_add_up_to_the_change_of_every_group(some: list[dict[str, Any]]) -> None:
    done = decompose(frame(*some))
    size = done.select(pl.max_horizontal("value_0", "value_1").sum()).item() or 1.0

    assert all(math.isfinite(one) for name in PARTS for one in done[name])
    residual = done.select((pl.sum_horizontal(PARTS) - (pl.col("value_1") - pl.col("value_0"))).abs().max()).item()
    assert residual <= 1e-9 * size
    for by in (None, "site", "scope", "category", "kind"):
        parts = effects(done, by)
        whole = like_for_like(done, by)
        keys = [name for name in ("name", "by") if name in whole.columns]
        sums = parts.group_by(keys).agg(pl.col("value").sum()).join(whole, on=keys)
        assert sums.height == whole.height
        assert (
            sums.select((pl.col("value") - (pl.col("value_1") - pl.col("value_0"))).abs().max()).item() <= 1e-9 * size
        )


def reversed_row(row: dict[str, Any]) -> dict[str, Any]:
    """The same change told backwards: the weather's share and the former factor are those of the other year."""
    back = {**row}
    for name in ("amount", "factor", "value", "degree_days", "price", "method"):
        back[f"{name}_0"], back[f"{name}_1"] = row[f"{name}_1"], row[f"{name}_0"]
    grown = row["weather_share"] * row["degree_days_1"] / row["degree_days_0"]
    back["weather_share"] = grown / (1 - row["weather_share"] + grown)
    back["former"] = row["factor_0"] * row["factor_1"] / row["former"]
    return back


@settings(max_examples=30)
@given(st.lists(rows(plain=True), min_size=1, max_size=4))
def test_told_backwards_every_effect_turns_its_sign(some: list[dict[str, Any]]) -> None:
    there, back = decompose(frame(*some)), decompose(frame(*map(reversed_row, some)))
    size = there.select(pl.max_horizontal("value_0", "value_1").sum()).item()

    for name in PARTS:
        assert there[name].to_list() == pytest.approx([-one for one in back[name]], rel=1e-7, abs=1e-8 * size)


def shapley(now: list[float], before: list[float]) -> list[float]:
    """What each factor of a product adds, averaged over every order in which they change: no logarithms at all."""
    count = len(now)
    total = [0.0] * count
    for order in itertools.permutations(range(count)):
        value = list(before)
        for at in order:
            old = math.prod(value)
            value[at] = now[at]
            total[at] += math.prod(value) - old
    return [one / math.factorial(count) for one in total]


@settings(max_examples=30)
@given(st.lists(rows(plain=True), min_size=1, max_size=3))
def test_a_second_road_adds_up_to_the_same_change(some: list[dict[str, Any]]) -> None:
    """Quantity, weather, price, method and edition by Shapley's value: other parts, the same sum."""
    done = effects(decompose(frame(*some))).filter(pl.col("name") == "total.location")
    parts: list[list[float]] = []
    for row in some:
        weather = 1 - row["weather_share"] + row["weather_share"] * row["degree_days_1"] / row["degree_days_0"]
        price = row["price_1"] / 100.0
        real = row["amount_1"] / weather / price
        now = [real, weather, price, row["former"] / row["factor_0"], row["factor_1"] / row["former"]]
        parts.append(shapley(now, [row["amount_0"], 1.0, 1.0, 1.0, 1.0]))
        parts[-1] = [one * row["factor_0"] for one in parts[-1]]
    sums = [sum(column) for column in zip(*parts, strict=True)]
    size = sum(row["value_0"] + row["value_1"] for row in some)

    assert sum(done["value"]) == pytest.approx(sum(sums), abs=1e-9 * size)
    assert sum(done["value"]) == pytest.approx(sum(row["value_1"] - row["value_0"] for row in some), abs=1e-9 * size)


@pytest.mark.parametrize("step", [0.01, 0.001])
def test_for_small_changes_both_roads_say_the_same(step: float) -> None:
    """Laspeyres, Paasche, Shapley and the logarithmic mean differ by terms of second order and higher."""
    up = 1 + step
    row = line(
        (100.0, 100.0 * up**3), (0.5, 0.5 * up**2), former=0.5 * up, method_0="supplier", degree_days_0=2000.0,
        degree_days_1=2000.0 * up, weather_share=1.0, price_0=1.0, price_1=up, name="scope1",
    )  # fmt: skip
    found = made(row, name="scope1")
    apart = shapley([up] * 5, [1.0] * 5)

    for effect, other in zip(("activity", "weather", "price", "method", "factor"), apart, strict=True):
        assert found[effect] == pytest.approx(50 * other, rel=step)


def test_the_effects_are_those_of_the_statement() -> None:
    assert set(effects(decompose(frame(line((1.0, 1.0), (1.0, 1.0)))))["effect"]) == set(EFFECTS)
