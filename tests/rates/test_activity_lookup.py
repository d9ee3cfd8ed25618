"""The look-up of activities against the rows that it must answer with, recomputed without it."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.base import NotComputable
from wattstone.rates import EmissionFactor, load_factors
from wattstone.rates.activities import activity_kinds
from wattstone.rates.activity_lookup import ActivityAsk, activity_factor, activity_factors
from wattstone.rates.activity_units import activity_unit
from wattstone.rates.gwp import gas_group
from wattstone.rates.series import all_series, groups_of
from wattstone.rates.uses import row_uses

TABLE = load_factors()
KINDS = activity_kinds()
PLAIN = {row["id"]: row for row in csv.DictReader(
    files("wattstone.rates").joinpath("data/factors.csv").read_text(encoding="utf-8").splitlines()
)}  # fmt: skip
KG = {"kgCO2e": 1.0, "tCO2e": 1000.0, "kgCO2": 1.0, "tCO2": 1000.0}


def ask(kind: str, item: str = "", unit: str = "kWh", **options: object) -> ActivityAsk:
    given_ = {"region": None, "country": "GB", "year": 2025, "gwp_set": "AR5", **options}
    return ActivityAsk(kind=kind, item=item, unit=unit, **given_)  # type: ignore[arg-type]


def answer(kind: str, item: str = "", unit: str = "kWh", **options: object) -> EmissionFactor:
    return activity_factor(TABLE, ask(kind, item, unit, **options))


def serving(group: str) -> list[str]:
    return [kind for kind in KINDS if group in groups_of(kind)]


def test_every_row_of_every_series_answers_for_its_item_by_its_own_unit() -> None:
    """Recomputed from the text of the table: value times kilograms, per unit of the row."""
    wrong: list[tuple[str, str, object]] = []
    seen = 0
    for series in all_series().values():
        year = max(series.years) if series.years else 2024
        country = "GB" if series.countries & {"GB", "*"} else "US"
        for group, items in series.rows.items():
            for item, keys in items.items():
                kind = [name for name in serving(group) if not item or item in KINDS[name].items][-1]
                whole = [key for key in keys if PLAIN[key]["gas"] == "CO2e"]
                for key in whole:
                    mass, _, unit = PLAIN[key]["unit"].partition("/")
                    accepted = frozenset({series.id, key, "gwp:unspecified", "gwp:AR4"})
                    if series.id == "epa_warm2021":
                        year = 2021
                    if "mile" in unit and group == "vehicles":
                        continue  # the row per kilometre answers, which is the same to the digits published
                    made = answer(kind, item, unit, country=country, year=year, exceptions=accepted)
                    seen += 1
                    if made.value != pytest.approx(float(PLAIN[key]["value"]) * KG[mass], rel=1e-12):
                        wrong.append((kind, item, made.value))
    assert wrong == []
    assert seen > 500


def test_rows_of_a_series_exist_count_what_their_kind_counts_and_serve_one_item() -> None:
    for series in all_series().values():
        keys = [key for items in series.rows.values() for held in items.values() for key in held]
        assert len(keys) == len(set(keys)), series.id
        for group, items in series.rows.items():
            assert serving(group), group
            for item, held in items.items():
                kinds = [KINDS[name] for name in serving(group) if not item or item in KINDS[name].items]
                assert kinds, (group, item)
                for key in held:
                    assert all(kind.counts(item, PLAIN[key]["unit"].partition("/")[2]) for kind in kinds), key


def test_per_mile_and_per_kilometre_are_the_same_factor() -> None:
    """UK Government 2025, motorbike: 0.11367 kg/km and 0.18294 kg/mile; 1 mile is 1.609344 km."""
    per_mile = answer("road_travel", "motorbike", "mi").value
    assert per_mile == pytest.approx(0.11367 * 1.609344, rel=1e-12)
    assert per_mile == pytest.approx(0.18294, abs=1e-5)


@pytest.mark.parametrize("item", ["natural_gas", "diesel", "coal", "jet_kerosene", "petrol_mineral"])
def test_a_fuel_by_bill_is_that_of_a_meter(item: str) -> None:
    from wattstone.rates import fuel_factor

    metered = fuel_factor(TABLE, fuel=item, per="kg", basis=None, country="GB", year=2025, gwp_set="AR5")
    assert answer("fuel", item, "t").value == pytest.approx(metered.value * 1000, rel=1e-12)
    assert answer("fuel", item, "kg").source_key == metered.source_key


@given(
    unit=st.sampled_from(["kWh", "MWh", "GJ"]),
    amount=st.floats(1e-3, 1e6),
    region=st.sampled_from(["CN-BJ", "CN-GD", "CN-GRID-EC"]),
)
def test_emissions_do_not_depend_on_the_unit_of_the_line(unit: str, amount: float, region: str) -> None:
    made = answer("electricity", "", unit, region=region, country="CN", year=2022)
    per_kwh = answer("electricity", "", "kWh", region=region, country="CN", year=2022)
    energy = amount * activity_unit(unit).factor

    assert amount * made.value == pytest.approx(energy * per_kwh.value, rel=1e-12)
    assert made.by_gas["CO2"] == pytest.approx(made.value, rel=1e-12)


@given(item=st.sampled_from(sorted(KINDS["refrigerant_topup"].items)), gwp_set=st.sampled_from(["AR4", "AR5", "AR6"]))
def test_a_refrigerant_is_a_kilogram_of_gases(item: str, gwp_set: str) -> None:
    try:
        made = answer("refrigerant_topup", item, "kg", gwp_set=gwp_set)
    except NotComputable as refusal:
        assert "AR" in str(refusal)  # noqa: PT017 - either outcome is right
        return
    if made.by_gas:
        assert sum(made.by_gas.values()) == pytest.approx(1.0)
        assert {gas_group(gas) for gas in made.by_gas} <= {"CO2", "HFCs", "PFCs", "outside_kyoto"}


def test_composting_by_dry_weight() -> None:
    """IPCC 2006, vol. 5, table 4.1: 10 g CH4 and 0.6 g N2O per kg dry; AR6: 27.0 (not fossil) and 273."""
    made = answer("waste", "organics_dry.composting", "t dry", country="CN", year=2024, gwp_set="AR6",
                  exceptions=frozenset({"ipcc2006_compost"}))  # fmt: skip
    assert made.value == pytest.approx(10 * 27.0 + 0.6 * 273)
    assert made.confidence == "C"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (ask("flying"), "no activity kind 'flying'"),
        (ask("investment", "x", "t CO2e"), "states its emissions"),
        (ask("homeworking", "garden", "FTE.hour"), "no item 'garden'"),
        (ask("hotel", "CN", "parsec"), "unit 'parsec' is not known"),
        (ask("hotel", "CN", "km"), "km does not count it; room.night do"),
        (ask("cooling"), "purchased cooling"),
        (ask("steam", unit="t"), "per unit of energy"),
        (ask("goods_spend", "paper", "CNY"), "none ships"),
        (ask("sea_travel", "ferry", "passenger.km"), "none ships"),
        (ask("waste", "municipal.landfill", "t", country=None), "no country"),
        (ask("electricity", country=None), "neither a grid region nor a country"),
        (ask("fuel", "natural_gas", "m3", gwp_set="SAR"), "not a set of global warming potentials"),
        (ask("fuel", "natural_gas", "m3", factor="nothing"), "no factor row 'nothing'"),
        (ask("fuel", "natural_gas", "m3", factor="desnz2025_17_404_4005_10_1"), None),
        (ask("hotel", "CN", "room.night", factor="ncv_ipcc2006_natural_gas"), "no emission factor"),
        (ask("hotel", "CN", "room.night", factor="desnz2025_1_100_1004_15_1"), "per t, and the line counts room.night"),
    ],
)
def test_what_cannot_be_answered_says_why(asked: ActivityAsk, said: str | None) -> None:
    found = activity_factors(TABLE, [asked])[asked]

    if said is None:
        assert isinstance(found, EmissionFactor)
        assert any("names itself" in note for note in found.notes)
    else:
        assert isinstance(found, NotComputable)
        assert said in str(found)


def test_many_asks_are_answered_one_by_one() -> None:
    asks = [ask("electricity"), ask("electricity", country="CN", region="CN-XZ", year=2023), ask("electricity")]
    answers = activity_factors(TABLE, asks)

    assert len(answers) == 2
    assert [type(one) for one in answers.values()] == [EmissionFactor, NotComputable]


def test_the_same_factor_at_all_places_and_editions_has_one_key() -> None:
    gb = [answer("fuel", "natural_gas", "m3", year=year, gwp_set="AR4", exceptions=frozenset({"gwp:AR5"})).source_key
          for year in (2019, 2020, 2025)]  # fmt: skip
    cn = [answer("fuel", "natural_gas", unit, country="CN", region=region).source_key
          for unit, region in (("m3", "CN-BJ"), ("GJ_net", "CN-GD"))]  # fmt: skip
    assert len(set(gb)) == len(set(cn)) == 1
    assert {answer("electricity", country="CN", region=f"CN-{one}", year=2022).source_key for one in ("BJ", "GD")} == {
        "cn_mee/electricity/CN-BJ",
        "cn_mee/electricity/CN-GD",
    }


def test_every_use_names_kinds_that_exist() -> None:
    uses = row_uses()
    assert len(uses) > 1000
    assert {kind for held in uses.values() for use in held for kind in use.kinds} <= set(KINDS)
    assert set(uses) <= set(TABLE.rows)
