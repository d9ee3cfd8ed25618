"""The savings report: what it says of measures that were worked out elsewhere, on page and paper, in both languages."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pypdf
import pytest
from markupsafe import Markup

from tests.interfaces.present import savings_cases as cases
from tests.interfaces.present.test_html import Page
from tests.interfaces.present.test_pdf import has_chinese, squeezed, text_of
from wattstone.interfaces.present import html
from wattstone.interfaces.present.charts.savings_days import days
from wattstone.interfaces.present.charts.savings_fit import correlations, fit_drawing, residuals_drawing
from wattstone.interfaces.present.charts.savings_time import cumulative_drawing, observed_drawing
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.numbers import interval
from wattstone.interfaces.present.plain_table import plain_table
from wattstone.interfaces.present.savings_page import build_savings, render_savings, savings_pdf
from wattstone.interfaces.present.savings_summary import promised
from wattstone.interfaces.present.savings_table import measure_table, savings_table
from wattstone.savings.result import Controls, Estimate, MeasureSaving, Series, Verdict

MADE = datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what has nothing to do with the drawings, which take most of the time."""
    monkeypatch.setattr(html, "drawn", lambda _: html.Drawn(Markup("<svg/>"), Markup("<svg/>"), ()))


def around(found: MeasureSaving, lang: Language = "en", **said: Any) -> dict[str, Any]:
    about = {"organisation": "Harbour Estates", "site": "Harbour House", "simulated": True, "made": MADE}
    return {"figures": cases.ids(found), "lang": lang, **about, **said}


def page(found: MeasureSaving, lang: Language = "en", measure: dict[str, Any] | None = None, **said: Any) -> str:
    return render_savings(found, cases.record(found, **measure or {}), **around(found, lang, **said))


@pytest.mark.parametrize(("lang", "meters"), [("en", 3), ("zh", 1)])
def test_it_needs_nothing_else_and_every_link_arrives(lang: Language, meters: int) -> None:
    text = page(cases.three_meters() if meters == 3 else cases.saving(), lang)
    read = Page(text)

    assert "default-src 'none'" in text
    assert not {tag for tag, _ in read.tags} & {"script", "link", "iframe", "img", "form"}
    assert all(address.startswith(("#", "data:")) for address in read.all("href") + read.all("src"))
    assert {one[1:] for one in read.all("href") if one.startswith("#")} <= set(read.all("id"))
    drawn = 5 * meters + (meters > 1)  # five of each meter, and what each of several says
    assert text.count('role="img"') == 2 * drawn  # wide and narrow
    assert len(re.findall(r'href="#f-\w+"', text)) >= 4


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("verdict", "english", "chinese"),
    [
        ("saving", "LED lamps saved 41.3 MWh (90 %: 25.6 to 57.0) from 1 June 2018", "LED lamps节约 41.3 MWh"),
        ("no significant saving", "No significant saving. From 1 June 2018", "无显著节约。"),
        ("increase", "No saving, but an increase. With New ventilation", "没有节约，用量反而增加。"),
        ("not determined", "Not determined. What Retuned boiler saved", "无法判定。"),
    ],
)
def test_the_verdict_comes_first_and_in_plain_words(verdict: Verdict, english: str, chinese: str) -> None:
    found = cases.verdicts()[verdict]
    assert found.verdict == verdict
    for lang, words in (("en", english), ("zh", chinese)):
        source = page(found, lang)  # type: ignore[arg-type]
        first = re.search(r'<p class="sentence">(.*?)</p>', source, re.DOTALL)
        assert first is not None
        assert Page(first[1]).text.startswith(words) or words in Page(first[1]).text


@pytest.mark.usefixtures("undrawn")
def test_an_increase_is_told_above_0_with_its_bounds_turned() -> None:
    text = Page(page(cases.increase())).text
    total = cases.increase().totals[0].avoided

    assert total.upper < 0
    assert f"{-total.value / 1000:.1f} MWh (90 %: {-total.upper / 1000:.1f} to {-total.lower / 1000:.1f}) more" in text


@pytest.mark.usefixtures("undrawn")
def test_what_is_not_determined_has_no_figures_but_reasons_and_remedies() -> None:
    source = page(cases.not_determined())
    text = Page(source).text

    assert 'class="headlines"' not in source
    assert "meter 'hall': a baseline of 412 days" in text.lower()
    assert "Name a baseline of a year or less" in text
    assert "CalTRACK 2.0 methods; 2.2.1.1" in text
    assert "2 meters do not qualify." in text
    assert "nan" not in re.sub(r"[a-z]*nan[a-z]+|[a-z]+nan", "", text.lower())


@pytest.mark.usefixtures("undrawn")
def test_overrides_stand_out_with_rule_reason_and_name() -> None:
    source = page(cases.three_meters())

    assert "1 rule of data sufficiency was overridden by name." in source
    assert source.count('class="banner"') == 2  # simulated data, and the override
    assert "Overridden: the meter was exchanged in July; agreed with the client on 3 June" in source
    assert 'class="banner"' not in page(cases.saving(), simulated=False)


@pytest.mark.usefixtures("undrawn")
def test_thresholds_come_with_value_limit_source_and_certainty() -> None:
    text = Page(page(cases.saving())).text

    assert "6.48 %" in text
    assert "at most 25 %" in text
    assert "ASHRAE Guideline 14-2014, whole building prescriptive path" in text
    for word in ("read in the publication", "from a secondary source", "not confirmed", "✓ met", "✗ not met"):
        assert word in text


@pytest.mark.usefixtures("undrawn")
def test_events_and_what_is_left_out_are_told_with_reason_and_person() -> None:
    text = Page(page(cases.three_meters())).text

    assert "extra kilns hired for an order, Lin Wei" in text
    assert "from 4 March 2019, not ended" in text
    assert "74.0 kWh a day less than usual" in text
    assert "Confirm or reject the proposed event" in text
    assert "confirmed non-routine event (extra kilns hired for an order)" in text
    unknown = replace(cases.three_meters().meters[1].events[0], size=float("nan"), share=float("nan"))
    found = cases.three_meters()
    meters = (found.meters[0], replace(found.meters[1], events=(unknown,)), found.meters[2])
    assert "size not given" in page(replace(found, meters=meters))


@pytest.mark.usefixtures("undrawn")
def test_ours_stands_beside_the_published_formulae_with_its_coverage() -> None:
    text = Page(page(cases.three_meters())).text

    assert "this report: calibrated (conformal/1)" in text
    assert "Guideline 14 with the polynomial of Sun and Baltazar 2013" in text
    assert "91 %" in text  # the coverage found for a year's total, 0.911
    assert "Its coverage was found by trial" in text or "its coverage was found by trial" in text
    assert "± " in text


@pytest.mark.usefixtures("undrawn")
def test_shares_boundary_people_evidence_and_signatures_are_there() -> None:
    found = cases.three_meters()
    read = Page(page(found))
    text = read.text

    for said in ("C: whole facility", "Lighting and small power of the hall", "Lin Wei, facilities", "38\u202f500 GBP",
                 "1 April 2018 to 31 May 2018", "wattstone trace WORKSPACE ID", "wattstone verify WORKSPACE",
                 "Verifier", "Signature", "70 %", "counted once"):  # fmt: skip
        assert said in text
    assert {f"f-{ident}" for ident in cases.ids(found).values()} <= set(read.all("id"))


@pytest.mark.usefixtures("undrawn")
def test_measures_that_were_not_settled_together_are_told() -> None:
    alone = Page(page(cases.saving())).text
    other = Page(page(cases.saving(), measure={"interacts_with": ("chiller",)})).text

    assert "No other measure shares this boundary." in alone
    assert "Recorded as acting on the same use: chiller." in other
    assert "No other measure shares" not in other
    finding = replace(
        cases.GAP, code="savings.not_split", found="they share a meter", place="measures 'a', 'b'", severity="warning"
    )
    source = page(cases.saving(reasons=(finding,)))
    assert '<p class="banner" role="note">They share a meter</p>' in source
    assert "What to know" in source
    assert "No other measure shares" not in source


@pytest.mark.usefixtures("undrawn")
def test_meters_without_the_measure_are_shown_beside_it() -> None:
    saved = Estimate(38_000.0, 25_000.0, 51_000.0, "kWh")
    beside = Controls(kind="electricity", meters=32, each=5, drift=-0.048, avoided=saved, p_value=0.0303)

    text = Page(page(cases.saving(controls=(beside,)))).text

    for said in ("Difference in differences", "−4.80 %", "38.0 MWh (90 %: 25.0 to 51.0)", "3.03 %"):
        assert said in text
    assert "Difference in differences" not in page(cases.saving())


@pytest.mark.usefixtures("undrawn")
def test_what_is_left_of_0_after_a_fit_is_0() -> None:
    found = cases.saving()
    nothing = {**found.meters[0].goodness, "nmbe": -6.4e-18}
    text = page(replace(found, meters=(replace(found.meters[0], goodness=nothing),)))

    assert re.search(r"<td[^>]*>NMBE</td><td[^>]*>0 %</td>", text)


@pytest.mark.usefixtures("undrawn")
def test_names_are_text() -> None:
    evil = '<script>alert(1)</script>"><img src=x>'
    found = cases.saving(name=evil)
    meters = (replace(found.meters[0], meter=evil),)
    read = Page(
        page(
            replace(found, meters=meters),
            organisation=evil,
            measure={"meters": ("hall",), "boundary": evil, "owner": evil},
        )
    )

    assert not {"script", "img"} & {tag for tag, _ in read.tags}
    assert read.text.count(evil) > 5


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("claim", "unit", "words"),
    [
        (60.0, "MWh", "more than the interval allows"),  # 25.6 to 57.0 were found in 365 days
        (41_000.0, "kWh", "inside the interval"),
        (10.0, "MWh", "larger than that"),
        (12.0, "%", "inside the interval"),  # 7.3 to 16.3 %
        (30.0, "t CO2e", "more than the interval allows"),
        (5.0, "m3", "Promised: 5 m³ a year."),
    ],
)
def test_what_was_promised_is_compared_in_its_own_unit(claim: float, unit: str, words: str) -> None:
    found = cases.saving()

    said = promised(found, cases.record(found, expected_saving=claim, expected_unit=unit), "en")

    assert words in said


def test_a_claim_of_a_year_is_taken_for_the_days_that_were_measured() -> None:
    found = cases.saving()
    half = cases.Dates(cases.REPORTING.first, date(2018, 11, 29))  # 182 days; 60 MWh of 365.25 are 29.9 MWh of them
    meters = (replace(found.meters[0], reporting=half),)

    said = promised(replace(found, meters=meters), cases.record(found), "en")

    assert said == " Promised: 60 MWh a year, 29.9 MWh for these 182 days. That lies inside the interval."


def test_nothing_promised_is_nothing_said() -> None:
    found = cases.saving()

    assert promised(found, cases.record(found, expected_saving=None, expected_unit=None), "en") == ""


def test_hours_become_days_over_what_is_known() -> None:
    series = cases.series(cases.REPORTING, 3, size=1.0, saved=0.1, hourly=True)
    observed = series.observed.copy()
    observed[5] = np.nan

    found = days(replace(series, observed=observed))

    assert len(found.date) == 365
    assert found.observed[0] == pytest.approx(np.nansum(observed[:24]))
    assert found.expected[0] == pytest.approx(series.expected[:24].sum() - series.expected[5])
    assert np.isnan(found.observed[40:43]).all()


def test_long_series_are_means_of_weeks() -> None:
    span = cases.Dates(cases.REPORTING.first, cases.REPORTING.last.replace(year=2022))
    series = cases.series(span, 3, size=1.0, saved=0.1, hourly=False)

    found = days(series)

    assert (found.length, len(found.date)) == (7, -(-span.days // 7))
    assert found.observed[0] == pytest.approx(series.observed[:7].mean())


def test_autocorrelation_of_residuals_is_that_of_a_hand_calculation() -> None:
    residual = np.tile([1.0, 1.0, -1.0, -1.0], 25)  # at lag 1 (50 - 49) / 99, at lag 2 -1

    found = correlations(residual)

    assert found[:2] == pytest.approx([1 / 99, -1.0])
    assert len(correlations(residual[:30])) == 0


def test_a_cumulative_line_ends_at_the_total_even_if_an_event_was_added_back() -> None:
    meter = cases.meter_saving()
    assert meter.avoided is not None
    moved = [replace(one, avoided=replace(one.avoided, value=1.5 * one.avoided.value)) for one in meter.months]
    total = Estimate(1.5 * meter.avoided.value, meter.avoided.lower, 2 * meter.avoided.upper, "kWh")
    for one in (meter, replace(meter, months=tuple(moved), avoided=total)):
        drawing = cumulative_drawing(one, "x", "en")
        assert drawing is not None
        assert one.avoided is not None
        line: Any = drawing.draw(680).layer[-1]  # type: ignore[union-attr]
        assert line.data.values[-1]["value"] == pytest.approx(one.avoided.value / 1000)


def test_fahrenheit_reaches_axes_and_coefficients() -> None:
    meter = cases.meter_saving()
    drawing = fit_drawing(meter, "x", "en", fahrenheit=True)
    assert drawing is not None
    assert meter.fit is not None
    assert meter.fit.temperature is not None
    assert "°F" in drawing.subtitle
    assert float(drawing.table.rows[0][1].text) == pytest.approx(meter.fit.temperature[0] * 1.8 + 32, rel=1e-4)
    found = cases.saving()
    report = build_savings(found, cases.record(found), **around(found, fahrenheit=True))
    heads = [head.text for section in report.sections for table in section.tables for head in table.heads]
    assert "heating below [°F]" in heads
    assert not [head for head in heads if "°C" in head]


def test_drawings_without_series_are_left_out() -> None:
    meter = replace(cases.meter_saving(), fit=None, series=None)

    for one in (observed_drawing, cumulative_drawing, fit_drawing, residuals_drawing):
        assert one(meter, "x", "en") is None


@pytest.mark.parametrize("verdict", ["saving", "no significant saving"])
def test_the_pdf_says_verdict_and_interval(verdict: Verdict) -> None:
    found = cases.verdicts()[verdict]
    total = found.totals[0].avoided
    pdf = savings_pdf(found, cases.record(found), **around(found))
    text = squeezed(text_of(pdf))

    assert pypdf.PdfReader(io.BytesIO(pdf)).metadata is not None
    words = {"saving": "LED lamps saved", "no significant saving": "No significant saving."}[verdict]
    assert squeezed(words) in text
    assert squeezed(interval(total.value, total.lower, total.upper, "kWh", "en")) in text
    for said in ("Simulated data", "Verifier", "CalTRACK 2.0", "wattstone verify WORKSPACE", "Goodness of fit"):
        assert squeezed(said) in text
    assert pdf == savings_pdf(found, cases.record(found), **around(found))


@pytest.mark.skipif(not has_chinese(), reason="no font for Chinese is installed")
def test_the_chinese_pdf_says_it_in_chinese() -> None:
    found = cases.not_determined()
    text = squeezed(text_of(savings_pdf(found, cases.record(found), **around(found, "zh"))))

    for said in ("节能量报告", "无法判定", "基期", "统计报告期", "核证人", "模拟数据"):
        assert said in text


def test_tables_for_the_terminal() -> None:
    one = measure_table(cases.three_meters(), "en")
    many = savings_table(tuple(cases.verdicts().values()), "en")

    assert [row[0].text for row in one.rows] == [*(m.meter for m in cases.three_meters().meters), *["all together"] * 3]
    assert one.rows[0][3].text == "41.3 MWh (90 %: 25.6 to 57.0)"
    assert [row[1].text for row in many.rows] == ["Saving", "No significant saving", "Increase", "Not determined"]
    assert many.rows[3][2].text == "not determined"
    assert plain_table(many).row_count == 4
    assert savings_table(tuple(cases.verdicts().values()), "zh").rows[1][1].text == "无显著节约"


def bills(first: str, observed: float) -> Series:
    start = np.arange(np.datetime64(first, "M"), np.datetime64(first, "M") + 12)
    steps = np.arange(12.0)
    return Series(
        step="bill", start=start.astype("datetime64[s]"), date=start.astype("datetime64[D]"), observed=observed + steps,
        expected=101.0 + steps, lower=80.0 + steps, upper=120.0 + steps, temperature=10.0 + steps,
    )  # fmt: skip


@pytest.mark.parametrize("case", ["unbounded", "unknown bounds", "no readings", "bills", "flat", "export", "bare"])
def test_rare_results_are_drawn_and_said_without_a_nan(case: str) -> None:
    found = cases.saving()
    meter, total = found.meters[0], found.totals[0]
    assert meter.avoided is not None
    assert meter.fit is not None
    assert meter.series is not None
    gone = np.full(365, np.nan)
    bare: dict[str, Any] = {
        "goodness": {}, "checks": (), "fsu": (), "calibration": {}, "persistence": {}, "model": {}, "months": (),
        "normalised": None, "worth": None, "interval_method": "", "fit": None, "series": None,
    }  # fmt: skip
    estimate = {
        "unbounded": replace(meter.avoided, lower=-np.inf, upper=np.inf),
        "unknown bounds": replace(meter.avoided, lower=np.nan, upper=np.nan),
    }.get(case, meter.avoided)
    changed: dict[str, Any] = {
        "no readings": {"fit": replace(meter.fit, observed=gone), "series": replace(meter.series, observed=gone)},
        "bills": {"fit": bills("2017-04", 100.0), "series": bills("2018-06", 90.0)},
        "flat": {"fit": replace(meter.fit, observed=np.zeros(365), expected=np.zeros(365))},
        "export": {"series": replace(meter.series, observed=-meter.series.observed, expected=-meter.series.expected)},
        "bare": bare,
    }.get(case, {})
    other = replace(meter, avoided=estimate, **changed)

    text = page(replace(found, meters=(other,), totals=(replace(total, avoided=estimate),)))

    drawn = re.sub(r'href="data:[^"]*"', "", text)
    assert not re.search(r"\b(nan|NaN|inf|Infinity)\b", drawn)
    said = {"unbounded": "90 %: no bound was found", "unknown bounds": "interval not known", "bills": "kWh a bill"}
    assert said.get(case, "LED lamps saved") in text
