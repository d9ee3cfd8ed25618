"""Every kilowatt-hour is counted once: sub-meters, export, sun, registers, virtual meters, shares of ownership."""

from datetime import datetime

import pytest

from tests.workflows.estate import dataset, inventory, readings, wattstone, workspace, year

GB = [{"site_id": "A", "country": "GB", "timezone": "UTC"}]
FACTOR = 0.2556  # UK electricity 2019, kg CO2e/kWh


def estate(tmp_path, *frames, sites=GB, settings=(), **tables):
    return workspace(tmp_path / "ws", dataset(tmp_path / "estate", *frames, sites=sites, **tables), settings=settings)


def test_a_sub_meter_is_shown_and_not_added(tmp_path):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("sub", year(3.0)))
    assert inventory(folder, 2019)("energy.electricity") == 13 * 8760  # nobody has said that one counts the other

    wattstone("meter", folder, "sub", "--parent", "main")
    figures = inventory(folder, 2019)

    assert figures("energy.electricity") == 10 * 8760
    assert figures("energy.electricity", "meter:sub") == 3 * 8760
    assert figures("scope2.location", "meter:sub") == pytest.approx(3 * 8760 * FACTOR)
    assert (
        "not in the totals: its parent 'main' already counts it"
        in figures.row("energy.electricity", "meter:sub")["notes"]
    )


def test_export_and_sun_are_never_added_to_what_is_bought(tmp_path):
    frames = [
        readings("main", year(10.0)),
        readings("out", year(2.0), kind="electricity_export"),
        readings("pv", year(4.0), kind="solar"),
    ]
    figures = inventory(estate(tmp_path, *frames), 2019)

    assert figures("energy.electricity") == 10 * 8760
    assert figures("scope2.location") == pytest.approx(10 * 8760 * FACTOR)
    assert figures("energy.electricity_export", "meter:out") == 2 * 8760
    assert figures("energy.solar", "meter:pv") == 4 * 8760
    assert not figures.has("scope2.location", "meter:pv")
    assert not figures.has("energy.solar")


def test_a_virtual_meter_counts_only_where_somebody_said_so(tmp_path):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("tenant", year([3.0, 12.0])))
    wattstone("meter", folder, "tenant", "--parent", "main")
    wattstone("meter", folder, "own", "--site", "A", "--expression", "main - tenant")
    figures = inventory(folder, 2019)
    assert figures("energy.electricity") == 10 * 8760
    assert figures("energy.electricity", "meter:own") == pytest.approx((10 - 7.5) * 8760)

    wattstone("meter", folder, "own", "--counted")
    figures = inventory(folder, 2019)

    assert figures("energy.electricity") == pytest.approx((10 - 7.5) * 8760)
    assert figures("scope2.location") == pytest.approx((10 - 7.5) * 8760 * FACTOR)
    assert any("counted in its place" in note for note in figures.row("energy.electricity", "meter:main")["notes"])


def test_max_is_taken_interval_by_interval(tmp_path):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("tenant", year([3.0, 12.0])))
    wattstone("meter", folder, "own", "--site", "A", "--expression", "max(main - tenant, 0)", "--counted")

    assert inventory(folder, 2019)("energy.electricity", "meter:own") == 7 * 4380  # 7 and 0 in turn, not max(2.5, 0)


def test_a_virtual_meter_has_no_value_where_a_term_has_none(tmp_path):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("tenant", [*year(3.0, 8000), *[None] * 760]))
    wattstone("meter", folder, "own", "--site", "A", "--expression", "main - tenant")

    row = inventory(folder, 2019).row("energy.electricity", "meter:own")
    assert row["value"] == 7 * 8000
    assert row["coverage"] == pytest.approx(8000 / 8760)


def test_terms_of_other_lengths_meet_in_the_longer_interval(tmp_path):
    from datetime import timedelta

    quarters = readings("main", year(2.5, 4 * 8760), step=timedelta(minutes=15))
    folder = estate(tmp_path, quarters, readings("tenant", year(3.0)))
    wattstone("meter", folder, "own", "--site", "A", "--expression", "main - tenant")

    assert inventory(folder, 2019)("energy.electricity", "meter:own") == pytest.approx(7 * 8760)


@pytest.mark.parametrize(
    ("expression", "code"),
    [("main - nobody", "virtual.unknown_meter"), ("own - main", "virtual.cycle"), ("main * sub", "expression.syntax")],
)
def test_an_expression_that_cannot_be_is_refused(tmp_path, expression, code):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("sub", year(3.0)))

    said = wattstone("meter", folder, "own", "--site", "A", "--expression", expression, "--json", code=2).json

    assert any(code in one["code"] for one in said["findings"]), said


def test_what_would_be_counted_twice_is_refused(tmp_path):
    folder = estate(tmp_path, readings("main", year(10.0)), readings("sub", year(3.0)))
    wattstone("meter", folder, "one", "--site", "A", "--expression", "main + sub", "--counted")

    said = wattstone("meter", folder, "two", "--site", "A", "--expression", "main", "--counted", "--json", code=2).json

    assert {one["code"] for one in said["findings"]} == {"virtual.double_counting"}


SHARES = ("0.5,,2019-07-01", "0.8,2019-07-01,2019-12-01")


def test_equity_share_follows_the_dates_inside_the_year(tmp_path):
    """London: half until 1 July, 0.8 until 1 December, nothing afterwards."""
    sites = [{"site_id": "A", "country": "GB", "timezone": "Europe/London"}]
    folder = estate(tmp_path, readings("m", year(1.0)), sites=sites, settings=("--approach", "equity share"))
    wattstone("site", folder, "A", "--share", SHARES[0], "--share", SHARES[1])
    figures = inventory(folder, 2019)

    # 1 July 00:00 BST is hour 4343 of the year, 1 December 00:00 GMT hour 8016
    expected = 0.5 * 4343 + 0.8 * (8016 - 4343)
    assert figures("energy.electricity") == pytest.approx(expected, rel=1e-12)
    assert figures("scope2.location") == pytest.approx(expected * FACTOR, rel=1e-12)
    assert figures("energy.electricity", "site:A") == 8760
    assert any("equity share" in note for note in figures.row("scope2.location")["notes"])


def test_operational_control_counts_the_whole_while_it_is_held(tmp_path):
    folder = estate(tmp_path, readings("m", year(1.0)))
    wattstone("site", folder, "A", "--share", SHARES[0], "--share", SHARES[1])

    assert inventory(folder, 2019)("energy.electricity") == 8016


def test_shares_turn_at_midnight_of_a_zone_on_the_half_hour(tmp_path):
    from datetime import timedelta

    sites = [{"site_id": "A", "country": "IN", "timezone": "Asia/Kolkata"}]
    rows = readings("m", year(1.0, 4 * 8760), start=datetime(2018, 12, 31, 18, 30), step=timedelta(minutes=15))
    folder = estate(tmp_path, rows, sites=sites, settings=("--approach", "equity share"))
    wattstone("site", folder, "A", "--share", "0.5,,2019-02-01", "--share", "1,2019-02-01")

    assert inventory(folder, 2019)("energy.electricity") == 31 * 96 * 0.5 + (365 - 31) * 96


def test_a_site_that_was_bought_and_let_counts_to_the_day(tmp_path):
    """Bought on 11 January, let from 1 April: by operational control 80 days of 24 kWh, by financial control 355."""
    own = ("owned,from=2019-01-11,until=2019-04-01", "leased_out,lease=operating,from=2019-04-01")
    for approach, days in (("operational control", 80), ("financial control", 355)):
        folder = tmp_path / approach.split()[0]
        workspace(folder, dataset(tmp_path / f"{approach} data", readings("m", year(1.0)), sites=GB),
                  settings=("--approach", approach))  # fmt: skip
        wattstone("site", folder, "A", "--control", own[0], "--control", own[1])

        figures = inventory(folder, 2019)

        assert figures("energy.electricity") == pytest.approx(days * 24, rel=1e-12)
        assert figures("scope2.location") == pytest.approx(days * 24 * FACTOR, rel=1e-12)
        assert figures("energy.electricity", "site:A") == 8760


def test_how_a_site_is_held_is_refused_where_it_says_nothing(tmp_path):
    folder = estate(tmp_path, readings("m", year(1.0, 24)))

    said = wattstone("site", folder, "A", "--control", "leased_out,rent=5", "--json", code=2).json
    assert [one["code"] for one in said["findings"]] == ["site.control"]
    said = wattstone("site", folder, "A", "--control", "leased_out", "--json", code=2).json
    assert "finance or an operating lease" in said["findings"][0]["found"]
    assert (
        "control" not in wattstone("site", folder, "A", "--json").json["sites"][0]
        or not wattstone("site", folder, "A", "--json").json["sites"][0]["control"]
    )


def test_a_let_site_stands_in_category_13_and_not_in_scope_2(tmp_path):
    """Own until 31 March (90 days), let from 1 April (275 days): 24 kWh a day at the factor of the year."""
    folder = estate(tmp_path, readings("m", year(1.0)), readings("own", year(2.0), site="B"),
                    sites=[*GB, {"site_id": "B", "country": "GB", "timezone": "UTC"}])  # fmt: skip
    wattstone("site", folder, "A", "--control", "owned,until=2019-04-01",
              "--control", "leased_out,lease=operating,from=2019-04-01")  # fmt: skip

    figures = inventory(folder, 2019)

    own, let = (90 * 24 + 2 * 8760) * FACTOR, 275 * 24 * FACTOR
    assert figures("scope2.location") == pytest.approx(own, rel=1e-12)
    assert figures("scope3.13") == pytest.approx(let, rel=1e-12)
    assert figures("scope3") == pytest.approx(let, rel=1e-12)
    assert figures("total.location") == pytest.approx(own + let, rel=1e-12)  # each kilowatt-hour once
    assert figures("scope3.13", "meter:m") == pytest.approx(let, rel=1e-12)
    listed = wattstone("scope3", "list", folder, "--year", 2019, "--json").json["categories"]
    assert (listed[12]["decision"], listed[12]["value"]) == ("computed", pytest.approx(let, rel=1e-12))
    assert wattstone("verify", folder, code=0).code == 0


def test_what_is_invested_in_counts_by_its_share(tmp_path):
    """An associate of 30 % by operational control: nothing in scope 2, 30 % in category 15."""
    folder = estate(tmp_path, readings("m", year(1.0)))
    wattstone("site", folder, "A", "--control", "associate,equity=0.3")

    figures = inventory(folder, 2019)

    assert figures("scope2.location") == 0.0
    assert figures("scope3.15") == pytest.approx(0.3 * 8760 * FACTOR, rel=1e-12)
