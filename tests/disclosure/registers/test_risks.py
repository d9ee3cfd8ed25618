"""The register: its counts, its order, its effects as entered, and the heat map."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.kept import entries, frame
from wattstone.disclosure.registers.heat import heat_of
from wattstone.disclosure.registers.money import money_lines
from wattstone.disclosure.report import Beside, build


def risk(name, kind="physical_acute", **said):
    return {
        "id": name,
        "year": 2025,
        "title_en": name.upper(),
        "title_zh": "名",
        "kind": kind,
        "horizon": "short",
        "likelihood": 3,
        "severity": 3,
        **said,
    }


def report(*risks, **others):
    return build(entries(climate_risk=list(risks), **others), Beside(), 2025)


def table(made, name):
    return next(one for one in made.tables if one.id == name).rows


def test_risks_and_opportunities_are_counted_apart():
    made = report(
        risk("a"),
        risk("b", "physical_chronic"),
        risk("c", "transition_policy"),
        risk("d", "opportunity_energy"),
        risk("e", year=2024),
    )

    assert [made.line(f"disclose.register.{one}").value for one in ("physical", "transition", "opportunity")] == [
        2,
        1,
        1,
    ]
    assert len(made.line("disclose.register.physical").inputs) == 2


def test_the_register_is_read_by_horizon_and_then_by_rank():
    made = report(
        risk("a", horizon="long", severity=5),
        risk("b"),
        risk("c", severity=5),
        horizon=[{"year": 2025, "horizon": "short", "first": 2025, "last": 2027}],
    )

    assert table(made, "risks").select("id", "span").rows() == [("c", "2025–2027"), ("b", "2025–2027"), ("a", None)]
    assert [one.place for one in made.findings if one.code == "disclose.no_horizon"] == ["horizon 'long'"]


def test_effects_are_as_entered_with_their_unit_and_no_interval_is_claimed():
    made = report(
        risk("a", effect_low=-24e6, effect=-9e6, effect_high=-2e6, currency="CNY", per="year"),
        risk("b", effect=5.0, currency="CNY", per="once"),
    )
    line = made.line("disclose.risk.effect", "entry:a~2025")

    assert (line.value, line.unit, line.interval, line.basis) == (-9e6, "CNY/a", None, "stated")
    assert made.line("disclose.risk.effect_low", "entry:a~2025").value == -24e6
    assert made.line("disclose.risk.effect", "entry:b~2025").unit == "CNY"
    assert "disclose.risk.effect" in table(made, "effects")["effect@line"][0]


def test_owners_stages_and_sites_gather_what_names_them():
    made = report(
        risk("a", owner="Li", stage="own", sites=["S1", "S2"]),
        risk("b", owner="Li", stage="upstream"),
        risk("c", "opportunity_energy", sites=["S1"]),
    )

    assert table(made, "owners").select("owner", "count").rows() == [("Li", 2), (None, 1)]
    assert table(made, "stages")["stage"].to_list() == ["upstream", "own", ""]
    sites = table(made, "risk_sites").select("site", "physical", "opportunity").rows()
    assert sites == [("S1", 1, 1), ("S2", 1, 0)]


def test_texts_of_both_languages_stand_beside_each_other():
    rows = table(report(risk("a")), "risks")

    assert (rows["title"][0], rows["title@zh"][0]) == ("A", "名")


def test_an_empty_register_says_nothing():
    made = build({}, Beside(), 2025)

    assert (made.lines, made.tables, made.charts, made.says) == ((), (), (), ())


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=30))
def test_every_risk_stands_in_one_field(ranks):
    rows = pl.DataFrame(
        {
            "id": [f"r{n}" for n in range(len(ranks))],
            "likelihood": [one for one, _ in ranks],
            "severity": [other for _, other in ranks],
        }
    )
    cells = heat_of(rows)

    assert cells["count"].sum() == len(ranks)
    assert sorted(name for names in cells["names"] for name in names) == sorted(rows["id"])
    assert cells["rank"].to_list() == sorted((one * other for one, other in set(ranks)), reverse=True)


def test_capital_adds_up_by_form_and_never_over_forms_or_currencies():
    def capital(purpose, form, amount, currency="CNY"):
        return {
            "year": 2025,
            "purpose": purpose,
            "form": form,
            "serves": "mitigation",
            "amount": amount,
            "currency": currency,
        }

    held = frame(
        "capital",
        capital("a", "capex", 3.0),
        capital("b", "capex", 4.0),
        capital("c", "opex", 5.0),
        capital("d", "financing", 6.0),
        capital("e", "financing", 7.0, "USD"),
    )
    lines = {one.name: one for one in money_lines(held, frame("pay"), frame("internal_price"), 2025)}

    assert lines["disclose.capital.capex"].value == 7.0
    assert lines["disclose.capital.opex"].value == 5.0
    assert lines["disclose.capital.financing"].value is None
    assert "disclose.capital" not in lines


def test_an_internal_price_stands_against_each_path():
    of = {"provider": "P", "model": "M", "edition": "1", "scenario": "S", "region": "World"}
    made = report(
        scenario=[
            {
                **of,
                "id": "s",
                "year": 2025,
                "title_en": "S",
                "price": "p",
                "aim": "near_paris",
                "covers": ["scope1"],
                "covered": 1.0,
                "per_unit": 7.0,
                "currency": "CNY",
                "rate_source": "bank",
            }
        ],
        path=[{**of, "variable": "p", "year": 2030, "value": 100.0, "unit": "US$2010/t CO2", "source": "x"}],
        internal_price=[{"price": "shadow", "year": 2025, "form": "shadow", "amount": 200.0, "currency": "CNY"}],
    )

    assert table(made, "price_against").select("own", "path", "difference").rows() == [(200.0, 700.0, -500.0)]
    line = next(one for one in made.lines if one.name == "disclose.internal_price.shadow.difference")
    assert (line.value, line.period) == (-500.0, "2030")
