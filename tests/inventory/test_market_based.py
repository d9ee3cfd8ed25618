"""The market-based method: worked examples by hand and from a published one, refusals, laws."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.inventory.market import YEAR, bought, certificate, contract, frame, market, mix, months, year_of
from wattstone.inventory.criteria import MarketPolicy
from wattstone.inventory.instruments import Instrument
from wattstone.inventory.sums import summed
from wattstone.inventory.unserved import unserved

GRAM = 1e-3  # kg


def test_a_published_example():
    """Scope 2 calculator of gera.services: 1 GWh, grid 0.20, certificates for 600 MWh, residual mix 0.45: 180 t."""
    energy = frame(bought("HQ", 0, 1_000_000.0, factor=0.20))

    result = market(energy, [certificate(volume=600_000.0)], residual=lambda *_: mix(0.45))

    figure = year_of(result)
    assert figure["value"] == pytest.approx(180_000.0, abs=GRAM)
    assert energy["location"].sum() == pytest.approx(200_000.0)
    assert result.annual_match == pytest.approx(0.6)
    assert result.sites["factor"].item() == pytest.approx(0.18)  # kg/kWh: 180 t over 1 GWh


def test_contracts_of_half_a_year_certificates_and_the_rest():
    """By hand: 100 kWh a month at A and at B. A contract of 30 g/kWh gives A 500 kWh in January to June, which is of
    its 600 kWh there; certificates for 900 kWh serve what is open of both (100 + 600 + 1200 = 1900 kWh) in proportion.
    Open are 1000 kWh, at a residual mix of 0.5: 500 kg, and the contract emits 500 * 0.03 = 15 kg."""
    energy = frame(*months("A", [100.0] * 12), *months("B", [100.0] * 12))
    ppa = contract(volume=500.0, factor=0.03, sites=["A"], vintage_end=f"{YEAR}-06-30")

    result = market(energy, [certificate(volume=900.0), ppa], residual=lambda *_: mix(0.5))

    a, b = (year_of(result, f"meter:{site}-electricity")["value"] for site in "AB")
    assert a + b == pytest.approx(515.0, abs=GRAM)
    open_a = 700.0 * (1 - 900 / 1900)
    assert a == pytest.approx(15.0 + 0.5 * open_a, abs=GRAM)
    uses = result.allocation.uses.filter(pl.col("instrument") == "ppa")
    assert set(uses["month"]) == {1, 2, 3, 4, 5, 6}
    assert_allclose(uses["energy"], 500 / 6)
    used = dict(result.allocation.balance.select("instrument", "used").iter_rows())
    assert used == pytest.approx({"ppa": 500.0, "c": 900.0})


def test_two_halves_make_a_year_where_no_months_are_known():
    """181 and 184 days of 2023 serve all of a bill for the year, each its days."""
    first = contract("first", 10_000.0, vintage_end=f"{YEAR}-06-30", factor=0.1)
    second = contract("second", 10_000.0, vintage_start=f"{YEAR}-07-01", factor=0.3)

    result = market(frame(bought("HQ", 0, 3650.0)), [first, second])

    assert year_of(result)["value"] == pytest.approx(1810 * 0.1 + 1840 * 0.3, abs=GRAM)
    assert "location" not in " ".join(year_of(result)["inputs"])


def test_a_certificate_is_used_once_across_years():
    """Of 1000 kWh another year claims 700: 300 kWh are left, and no more."""
    energy = frame(bought("HQ", 0, 1000.0, factor=0.2))

    result = market(energy, [certificate(volume=1000.0)], claimed={"c": 700.0})

    assert year_of(result)["value"] == pytest.approx(700 * 0.2, abs=GRAM)
    assert result.allocation.balance.select("used", "left").row(0) == pytest.approx((300.0, 0.0))


def test_certificates_in_two_instruments_serve_nobody():
    """NO-150 to NO-199 stand in both: neither shows that it is the only one that carries the claim (criterion 2)."""
    one = certificate("one", 100_000.0, serials=["NO-100..NO-199"])
    two = certificate("two", 100_000.0, serials=["NO-150..NO-249"])

    result = market(frame(bought("HQ", 0, 1000.0)), [one, two])

    assert {name: [failed.criterion for failed in why] for name, why in result.allocation.refused.items()} == {
        "one": ["sole"],
        "two": ["sole"],
    }
    assert year_of(result)["value"] == pytest.approx(200.0)
    assert result.instruments["accepted"].to_list() == [False, False]


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ({"factor_source": ""}, "rate"),
        ({"technology": "coal"}, "rate"),
        ({"serials": []}, "sole"),
        ({"retired_on": None}, "retired"),
        ({"retired_for": None}, "retired"),
        ({"tracking_system": None}, "retired"),
        ({"retired_on": "2022-12-31"}, "retired"),
        ({"vintage_start": "2022-01-01", "vintage_end": "2022-12-31"}, "vintage"),
        ({"market": "US"}, "market"),
        ({"market": "GB"}, "market"),
        ({"sites": ["ELSEWHERE"]}, "market"),
    ],
)
def test_what_fails_a_criterion_carries_no_claim(said, criterion):
    result = market(frame(bought("HQ", 0, 1000.0)), [certificate(**said)])

    assert [one.criterion for one in result.allocation.refused["c"]] == [criterion]
    assert year_of(result)["value"] == pytest.approx(200.0)
    listed = result.instruments.row(0, named=True)
    assert (listed["accepted"], listed["energy"]) == (False, 0.0)
    assert listed["reason"]


@pytest.mark.parametrize(
    ("said", "criterion"),
    [
        ({"exclusive": False}, ["sole", "transferred"]),
        ({"document": None}, ["retired"]),
    ],
)
def test_a_contract_has_to_give_the_claim_to_the_buyer_alone(said, criterion):
    result = market(frame(bought("HQ", 0, 1000.0)), [contract(**said)])

    assert [one.criterion for one in result.allocation.refused["ppa"]] == criterion


def test_a_rate_of_a_supplier_serves_all_that_its_sites_take():
    """No volume: 1200 kWh at 0.15, where the rate counts delivered energy; where it does not, it is refused."""
    rate = {
        "id": "rate", "kind": "supplier_rate", "market": "DE", "vintage_start": "2023-01-01",
        "vintage_end": "2023-12-31", "factor": 0.15, "factor_source": "supplier", "document": "1" * 64, "sites": ["A"],
    }  # fmt: skip
    energy = frame(*months("A", [100.0] * 12), *months("B", [10.0] * 12))

    good = market(energy, [Instrument.model_validate({**rate, "delivered": True})])
    bad = market(energy, [Instrument.model_validate(rate)])

    assert year_of(good, "meter:A-electricity")["value"] == pytest.approx(180.0)
    assert year_of(good, "meter:B-electricity")["value"] == pytest.approx(24.0)
    assert [one.criterion for one in bad.allocation.refused["rate"]] == ["sole", "delivered"]


def test_the_vintage_that_a_policy_accepts():
    """Generation of November and December 2022 serves 2023 where the policy takes six months before the year."""
    late = certificate(volume=500.0, vintage_start="2022-11-01", vintage_end="2022-12-31")
    energy = frame(bought("HQ", 0, 1000.0))

    assert year_of(market(energy, [late]))["value"] == pytest.approx(200.0)
    taken = market(energy, [late], policy=MarketPolicy(months_before=6, reason="market practice"))
    assert year_of(taken)["value"] == pytest.approx(100.0)


def test_what_serves_nothing_of_a_year_is_named_with_the_reason():
    """Of an earlier vintage, not retired, or behind a certificate that serves all 1000 kWh; what was generated later,
    what another year claims and what is of heat, which nobody uses, are no surprise."""
    held = [
        certificate("all", volume=5000.0, sites=["HQ"]),
        certificate("behind", serials=["B-1"]),
        certificate("early", serials=["E-1"], vintage_start="2021-01-01", vintage_end="2021-12-31"),
        certificate("open", serials=["O-1"], retired_on=None),
        certificate("later", serials=["L-1"], vintage_start="2024-01-01", vintage_end="2024-12-31"),
        certificate("spent", serials=["S-1"], vintage_start="2022-01-01", vintage_end="2022-12-31"),
        contract("warm", carrier="heat"),
    ]

    result = market(frame(bought("HQ", 0, 1000.0)), held, claimed={"spent": 1000.0})

    told = dict(unserved(result, held, YEAR).iter_rows())
    assert list(told) == ["behind", "early", "open"]
    assert told["behind"] == "there was nothing left that it could serve"
    assert "generated from 2021-01-01 to 2021-12-31" in told["early"]
    assert told["open"] == "it is not retired"


def test_a_contract_over_years_gives_a_year_its_days():
    """730 MWh over 2023 and 2024 (365 + 366 days): 2023 may claim 365/731 of them."""
    ppa = contract(volume=731.0, vintage_end="2024-12-31")

    result = market(frame(bought("HQ", 0, 1000.0)), [ppa])

    assert result.allocation.balance.select("used", "left").row(0) == pytest.approx((365.0, 366.0))


def test_equity_share():
    """The organisation owns 40 % of 1000 kWh. Its certificates for 300 kWh serve its 400 kWh: 100 kWh are open. A rate
    that the site pays serves all of it, each owner by its share."""
    energy = frame(bought("JV", 0, 1000.0, owned=0.4, factor=0.2))

    held = year_of(market(energy, [certificate(volume=300.0)], residual=lambda *_: mix(0.5)))
    assert held["owned"] == pytest.approx(100 * 0.5)
    assert held["value"] == pytest.approx(100 * 0.5 + 600 * 0.5)

    rate = contract(volume=500.0, holder="site", factor=0.1)
    paid = year_of(market(energy, [rate], residual=lambda *_: mix(0.5)))
    assert paid["value"] == pytest.approx(500 * 0.1 + 500 * 0.5)
    assert paid["owned"] == pytest.approx(0.4 * paid["value"])


def test_instruments_of_electricity_serve_no_heat():
    energy = frame(bought("HQ", 0, 1000.0), bought("HQ", 0, 500.0, kind="heat", factor=0.3))
    steam = contract("heat", 200.0, carrier="heat", factor=0.05)

    result = market(energy, [certificate(volume=5000.0), steam], residual=lambda *_: mix(0.5))

    assert year_of(result, "meter:HQ-electricity")["value"] == 0
    assert year_of(result, "meter:HQ-heat")["value"] == pytest.approx(200 * 0.05 + 300 * 0.3)
    assert result.annual_match == pytest.approx(1.0)


def test_without_a_residual_mix_the_figure_says_so():
    """Table 7.1, criterion 8: where there is none, its absence is disclosed."""
    figure = year_of(market(frame(bought("HQ", 0, 1000.0))))

    assert figure["value"] == pytest.approx(200.0)
    assert any(note.startswith("no residual mix is known") for note in figure["notes"])
    assert figure["inputs"] == [f"figure:energy-HQ-{YEAR}", f"figure:location-HQ-{YEAR}"]


def test_a_site_without_any_factor_is_told_and_one_that_is_served_needs_none():
    energy = frame(bought("A", 0, 100.0, factor=None), bought("B", 0, 100.0, factor=None))

    result = market(energy, [certificate(volume=100.0, sites=["A"])])

    assert year_of(result, "meter:A-electricity")["value"] == 0
    open_ = year_of(result, "meter:B-electricity")
    assert (open_["value"], open_["reason"], open_["absent"]) == (None, "no factor", False)


def test_months_without_readings_add_nothing():
    energies = [None, 100.0, 100.0] + [0.0] * 9

    result = market(frame(*months("HQ", energies)), [certificate(volume=50.0)], residual=lambda *_: mix(0.5))

    assert year_of(result)["value"] == pytest.approx(150 * 0.5)
    january = result.members.filter(pl.col("period") == f"{YEAR}-01").row(0, named=True)
    assert (january["value"], january["absent"]) == (None, True)
    silent = year_of(market(frame(*months("HQ", [None] * 12))))
    assert (silent["value"], silent["absent"]) == (None, True)


def test_co2_alone_stays_co2_alone():
    """China's mix without market-traded non-fossil electricity counts CO2: 0.6096 kg/kWh in 2023."""
    energy = frame(bought("SZ", 0, 1000.0, factor=0.5306, unit="kg CO2"))

    result = market(energy, [], countries={"SZ": "CN"}, residual=lambda *_: mix(0.6096, unit="CO2"))

    figure = year_of(result)
    assert (figure["value"], figure["unit"]) == (pytest.approx(609.6), "kg CO2")


def test_how_much_instruments_serve_is_said_once_of_each_sum():
    """A contract of half a year serves all of January to June at A and nothing after it, and nothing at B: a part of
    the year of A and of both together, none of B; with a certificate for all of B, still a part of both."""
    energy = frame(*months("A", [100.0] * 12), *months("B", [100.0] * 12))
    half = contract(volume=5000.0, sites=["A"], vintage_end=f"{YEAR}-06-30")
    all_, part = "contractual instruments serve all of it", "contractual instruments serve a part of it"

    def said(*held):
        members = market(energy, held).members
        years = [*summed(members, "site_id", kinds=False).to_dicts(), *summed(members, None, kinds=False).to_dicts()]
        return [[note for note in one["notes"] if "serve" in note] for one in years if one["period"] == str(YEAR)]

    assert said(half) == [[part], [], [part]]
    assert said(half, certificate(volume=5000.0, sites=["B"])) == [[part], [all_], [part]]
    assert said(certificate(volume=5000.0)) == [[all_], [all_], [all_]]


def test_members_add_up_as_other_figures_do():
    energy = frame(*months("A", [100.0] * 12), *months("B", [50.0] * 12, owned=0.5))
    result = market(energy, [certificate(volume=600.0)], residual=lambda *_: mix(0.5))

    sites = summed(result.members, "site_id", kinds=False)
    whole = summed(sites, None, kinds=False)

    year = whole.filter(pl.col("period") == str(YEAR)).row(0, named=True)
    assert year["name"] == "scope2.market"
    assert year["value"] == pytest.approx((1200 + 300 - 600) * 0.5)
    months_of = whole.filter(pl.col("period") != str(YEAR))
    assert months_of["value"].sum() == pytest.approx(year["value"])
    assert result.sites["value"].sum() == pytest.approx(year["value"])


def test_inputs_lead_to_instruments_and_mix():
    result = market(frame(*months("A", [100.0] * 12)), [certificate(volume=600.0)], residual=lambda *_: mix(0.5))

    month = result.members.filter(pl.col("period") == f"{YEAR}-03").row(0, named=True)
    key = certificate(volume=600.0).evidence
    assert month["inputs"] == [f"figure:energy-A-{YEAR}-03", key, f"factor:{mix(0.5).id}"]
    assert result.evidence[key]["serials"] == ["c-1..c-1"]
    assert set(result.factors) == {f"factor:{mix(0.5).id}"}
    year = year_of(result)
    assert set(year["inputs"]) == {
        f"figure:{one}" for one in result.members.filter(pl.col("period") != str(YEAR))["id"]
    }


kwh = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))
rates = st.floats(0, 1.2).map(lambda value: round(value, 4))


@st.composite
def estates(draw):
    sites = [f"S{at}" for at in range(draw(st.integers(1, 4)))]
    rows = []
    for site in sites:
        share = draw(st.sampled_from([1.0, 0.5, 0.25]))
        factor = draw(st.floats(0.01, 1.2))
        rows += months(site, draw(st.lists(kwh, min_size=12, max_size=12)), factor=factor, owned=share)
    return sites, frame(*rows)


@st.composite
def portfolios(draw, sites):
    held = []
    for at in range(draw(st.integers(0, 5))):
        make = draw(st.sampled_from([certificate, contract]))
        named = draw(st.lists(st.sampled_from(sites), unique=True))
        first = draw(st.integers(1, 12))
        held.append(
            make(
                f"i{at}",
                draw(st.floats(1, 5e6)),
                sites=named,
                factor=draw(rates),
                vintage_start=f"{YEAR}-{first:02}-01",
                holder=draw(st.sampled_from(["organisation", "site"])),
            )
        )
    return held


@settings(max_examples=25, deadline=None)
@given(estates())
def test_without_instruments_and_mix_it_is_the_location_based_total(estate):
    _, energy = estate

    result = market(energy)

    whole = energy.filter("whole")
    assert_allclose(
        result.members.filter(pl.col("period") == str(YEAR)).sort("subject")["value"],
        whole.sort("subject")["location"],
        rtol=1e-12,
        atol=GRAM,
    )


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_nothing_is_served_beyond_volume_or_need_whatever_the_order(data):
    sites, energy = data.draw(estates())
    held = data.draw(portfolios(sites))

    result = market(energy, held, residual=lambda *_: mix(0.5))
    shuffled = random.Random(1).sample(held, len(held))
    again = market(energy.sample(fraction=1.0, shuffle=True, seed=1), shuffled, residual=lambda *_: mix(0.5))

    balance = result.allocation.balance
    assert (balance["used"] <= balance["volume"] * (1 + 1e-12)).all()
    cells = result.allocation.cells
    assert (cells["served"] <= cells["need"] * (1 + 1e-12) + 1e-9).all()
    assert_allclose(result.allocation.uses["energy"].sum(), cells["served"].sum(), rtol=1e-9, atol=1e-6)
    key = ["subject", "period"]
    one, two = result.members.sort(key), again.members.sort(key)
    assert_allclose(one["value"], two["value"], rtol=1e-9, atol=GRAM)
    assert (one["owned"] <= one["value"] + GRAM).all()
