"""What a measure saved, from the record to the page: proved, refuted, or not determined, and never counted twice."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.workflows.savings import estate
from wattstone.base import InputRefused
from wattstone.interfaces.cli.app import run
from wattstone.interfaces.store.workspace import open_workspace
from wattstone.portfolio.measures import NonRoutineEvent
from wattstone.savings.result import MeasureSaving
from wattstone.workflows.evidence import find_figure, trace
from wattstone.workflows.inventory.record import evidence_of
from wattstone.workflows.savings.measure import case_of, measure_of, verify_measure
from wattstone.workflows.savings.report import report_measure, report_measures
from wattstone.workflows.workspace import Workspace

PERIODS = ["--baseline", "2018-01-01/2018-12-31", "--reporting", "2019-01-01/2019-12-31"]


def declare(workspace: Path, name: str, *options: str) -> None:
    assert run(["measure", str(workspace), name, *options, "--json"]) == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An estate with measures: one that works, one that does nothing, one without data, two on one meter."""
    folder = tmp_path_factory.mktemp("measures")
    workspace = estate.build(folder)
    better = ["--site", f"site-{estate.BETTER}", "--meter", estate.BETTER, *PERIODS, "--model", "daily"]
    declare(workspace, "lamps", *better, "--expected", "20000 kWh", "--status", "done")
    declare(workspace, "control", *better, "--expected", "10000 kWh", "--interacts-with", "lamps")
    nothing = ["--site", "site-office-5", "--meter", "office-5", *PERIODS, "--model", "hourly"]
    declare(workspace, "poster", *nothing)
    declare(workspace, "new", "--site", "site-short", "--meter", "short", *PERIODS, "--model", "daily")
    declare(workspace, "plan", "--site", "site-office-6", "--meter", "office-6")
    return workspace


@pytest.fixture(scope="module")
def savings(place: Path) -> dict[str, MeasureSaving]:
    return {one.measure.id: one.saving for one in report_measures(open_workspace(place)).measures}


def test_the_true_saving_lies_in_the_interval(savings: dict[str, MeasureSaving]) -> None:
    after = estate.times() >= np.datetime64("2019-01-01")
    truth = float(estate.usual(0)[after].sum() * estate.SAVED)
    lamps = savings["lamps"]

    assert lamps.verdict == "saving"
    assert lamps.totals[0].avoided.lower < truth < lamps.totals[0].avoided.upper
    assert lamps.totals[0].avoided.value == pytest.approx(truth, rel=0.1)


def test_a_measure_that_does_nothing_is_refuted_plainly(savings: dict[str, MeasureSaving]) -> None:
    poster = savings["poster"]

    assert poster.verdict == "no significant saving"
    assert poster.totals[0].avoided.lower < 0 < poster.totals[0].avoided.upper


def test_without_data_nothing_is_claimed(savings: dict[str, MeasureSaving]) -> None:
    new, plan = savings["new"], savings["plan"]

    assert new.verdict == plan.verdict == "not determined"
    assert "baseline.use_days" in {one.code for one in new.meters[0].baseline_data.disqualifying}
    assert not new.totals
    assert {one.code for one in plan.reasons} == {"measure.no_baseline", "measure.no_reporting"}


def test_two_measures_on_one_meter_share_its_saving(place: Path, savings: dict[str, MeasureSaving]) -> None:
    lamps = savings["lamps"]
    portfolio = report_measures(open_workspace(place), ["lamps", "control"])
    settled = portfolio.settlements[estate.BETTER]

    assert lamps.shared == pytest.approx({"lamps": 2 / 3, "control": 1 / 3})
    assert sum(part.value for part in settled.parts.values()) == pytest.approx(lamps.totals[0].avoided.value)
    assert portfolio.totals[0].avoided.value == pytest.approx(lamps.totals[0].avoided.value)


def test_months_add_up_to_the_total(savings: dict[str, MeasureSaving]) -> None:
    (meter,) = savings["lamps"].meters

    assert len(meter.months) == 12
    assert sum(month.avoided.value for month in meter.months) == pytest.approx(meter.avoided.value)  # type: ignore[union-attr]
    assert meter.expected - meter.observed == pytest.approx(meter.avoided.value)  # type: ignore[union-attr]


def test_a_figure_leads_to_readings_and_model(place: Path) -> None:
    workspace = open_workspace(place)
    done = report_measure(workspace, "lamps")
    tree = trace(
        workspace.lake, find_figure(workspace.lake, done.figures["avoided.electricity@measure:lamps"]), limit=None
    )
    kinds = {node.kind for node in tree.inputs}
    (ground,) = [node for node in tree.inputs if node.kind == "saving"]

    assert tree.content["value"] == done.saving.totals[0].avoided.value
    assert "slice" in kinds | {node.kind for one in tree.inputs for node in one.inputs}
    assert ground.content["verdict"] == "saving"
    kept = evidence_of(workspace.lake, [2019])[f"saving:{done.run}"]
    assert kept["models"][estate.BETTER] == done.saving.meters[0].model


def test_the_same_readings_and_record_have_the_same_figures(place: Path) -> None:
    once, again = (report_measure(open_workspace(place), "lamps") for _ in range(2))

    assert once.figures == again.figures
    assert once.run == again.run


def test_only_measures_at_the_same_time_are_kept_out_of_comparisons(place: Path) -> None:
    workspace = open_workspace(place)
    before = case_of(workspace, measure_of(workspace, "poster")).compared
    site = ["--site", "site-office-9", "--meter", "office-9"]
    declare(place, "long-ago", *site, "--baseline", "2015-01-01/2015-12-31", "--reporting", "2016-01-01/2016-12-31")
    then = case_of(workspace, measure_of(workspace, "poster")).compared
    declare(place, "now", *site, "--baseline", "2018-01-01/2018-12-31", "--reporting", "2019-01-01/2019-12-31")
    now = case_of(workspace, measure_of(workspace, "poster")).compared

    assert [one.meter.id for one in then] == [one.meter.id for one in before]
    assert {one.meter.id for one in before} - {one.meter.id for one in now} == {"office-9"}


def test_measures_that_follow_one_another_on_a_meter_add_up(tmp_path: Path) -> None:
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:5]}
    place = estate.build(tmp_path, values=used)
    meter = ["--site", f"site-{estate.BETTER}", "--meter", estate.BETTER, "--model", "daily"]
    base = ["--baseline", "2017-01-01/2017-12-31"]
    declare(place, "one", *meter, *base, "--reporting", "2018-01-01/2018-12-31")
    declare(place, "two", *meter, *PERIODS, "--interacts-with", "one")

    portfolio = report_measures(open_workspace(place))
    parts = [one.saving.totals[0].avoided.value for one in portfolio.measures]

    assert len(parts) == 2
    assert portfolio.totals[0].avoided.value == pytest.approx(sum(parts))


def test_days_that_events_leave_out_of_the_baseline_do_not_suffice_for_it(place: Path) -> None:
    meter_of = ["--site", "site-office-7", "--meter", "office-7", "--model", "daily"]
    declare(place, "empty", *meter_of, *PERIODS, "--event", "2018-01-01/2018-10-31,occupancy,nobody was there")

    meter = report_measure(open_workspace(place), "empty").saving.meters[0]

    assert "baseline.use_days" in {one.code for one in meter.baseline_data.disqualifying}
    assert meter.avoided is None


def test_a_meter_without_anything_to_fit_is_named(tmp_path: Path) -> None:
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:3]}
    place = estate.build(tmp_path, values=used)
    estate.by_day(place, tmp_path)
    site, mixed = f"site-{estate.BETTER}", f"`{estate.BETTER}` + {estate.DAILY}"
    assert run(["meter", str(place), "mixed", "--site", site, "--expression", mixed, "--json"]) == 0
    declare(place, "mix", "--site", site, "--meter", "mixed", "--meter", estate.BETTER, *PERIODS, "--model", "daily")

    meters = {one.meter: one for one in report_measure(open_workspace(place), "mix").saving.meters}

    assert [one.code for one in meters["mixed"].baseline_data.disqualifying] == ["savings.not_served"]
    assert meters[estate.BETTER].avoided is not None


def test_a_virtual_meter_saves_what_its_parts_save(tmp_path: Path) -> None:
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[:8]}
    place = estate.build(tmp_path, values=used)
    site, expression = f"site-{estate.BETTER}", f"`{estate.BETTER}` + `office-1`"
    assert run(["meter", str(place), "both", "--site", site, "--expression", expression, "--json"]) == 0
    declare(place, "virtual", "--site", site, "--meter", "both", *PERIODS, "--model", "daily")
    after = estate.times() >= np.datetime64("2019-01-01")
    truth = float(estate.usual(0)[after].sum() * estate.SAVED)

    saving = report_measure(open_workspace(place), "virtual").saving

    assert saving.totals[0].avoided.lower < truth < saving.totals[0].avoided.upper


def test_a_confirmed_event_is_left_out_and_its_reason_shown(place: Path) -> None:
    before = report_measure(open_workspace(place), "poster").saving.meters[0]
    declare(place, "poster", "--event", "2019-03-01/2019-03-31,occupancy,the storey stood empty")
    after = report_measure(open_workspace(place), "poster").saving.meters[0]

    assert [one.reason for one in after.excluded if one.why == "event"] == ["occupancy: the storey stood empty"]
    assert after.worth is not None
    assert before.worth is not None
    assert after.worth.energy.gross.value == pytest.approx(before.worth.energy.gross.value)
    assert after.observed < before.observed


@pytest.mark.parametrize("model", ["daily", "hourly"])
def test_production_explains_what_weather_does_not(tmp_path: Path, model: str) -> None:
    """Production falls in the reporting year: without it as a variable, that would pass for a saving."""
    days = np.random.default_rng(6).uniform(0.5, 1.5, estate.HOURS // 24).repeat(24)
    after = estate.times() >= np.datetime64("2019-01-01")
    output = np.where(after, 0.6 * days, days)
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[1:5]}
    used["works"] = estate.usual(0) + 20 * output
    used["output"] = output
    place = estate.build(tmp_path, values=used)
    works = ["--site", "site-works", "--meter", "works", *PERIODS, "--model", model]
    declare(place, "with", *works, "--variable", "output")
    declare(place, "without", *works, "--interacts-with", "with")

    told = {one.measure.id: one.saving for one in report_measures(open_workspace(place)).measures}

    assert told["with"].verdict == "no significant saving"
    assert abs(told["with"].totals[0].avoided.value) < 0.02 * told["with"].totals[0].expected
    assert told["without"].totals[0].avoided.value > 0.1 * told["without"].totals[0].expected


def test_a_simulated_baseline_is_looked_up_and_calibrated_on_the_baseline(tmp_path: Path) -> None:
    """IPMVP option D: the simulation is the truth with an error of its own of some per cent."""
    used = {name: value for name, value in estate.readings().items() if name in (estate.BETTER, "office-1")}
    used["model"] = estate.usual(0) * (1 + 0.03 * np.random.default_rng(5).normal(size=estate.HOURS))
    place = estate.build(tmp_path, values=used)
    periods = [*PERIODS, "--model", "daily", "--option", "D"]
    declare(
        place, "shell", "--site", f"site-{estate.BETTER}", "--meter", estate.BETTER, *periods, "--simulation", "model"
    )
    declare(place, "wrong", "--site", "site-office-1", "--meter", "office-1", *periods, "--simulation", "model.csv")
    after = estate.times() >= np.datetime64("2019-01-01")
    truth = float(estate.usual(0)[after].sum() * estate.SAVED)

    shell = report_measure(open_workspace(place), "shell").saving
    wrong = report_measure(open_workspace(place), "wrong").saving

    assert shell.meters[0].method == "simulated/1"
    assert shell.totals[0].avoided.lower < truth < shell.totals[0].avoided.upper
    assert shell.totals[0].avoided.value == pytest.approx(truth, rel=0.02)
    assert [one.code for one in wrong.reasons] == ["measure.simulation"]


def test_unknown_measures_are_refused(workspace: Workspace) -> None:
    with pytest.raises(InputRefused, match="measure"):
        report_measure(workspace, "nothing")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_is_written_as_page_and_paper(place: Path, tmp_path: Path, capsys, lang: str) -> None:
    files = ["--html", str(tmp_path / "page.html"), "--pdf", str(tmp_path / "paper.pdf")]
    assert run(["savings", "report", str(place), "--measure", "new", *files, "--lang", lang, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")

    assert told["measures"][0]["verdict"] == "not determined"
    assert "CalTRACK" in page
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


def test_dates_are_those_of_the_record(savings: dict[str, MeasureSaving]) -> None:
    meter = savings["lamps"].meters[0]

    assert (meter.baseline.first, meter.reporting.last) == (date(2018, 1, 1), date(2019, 12, 31))


def test_a_reading_that_does_not_count_costs_and_emits_nothing(tmp_path: Path) -> None:
    """An hour of four hundred times the use is doubtful, and left out of the emissions as of the use."""
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[1:5]}
    spike = np.flatnonzero(estate.times() >= np.datetime64("2019-07-10T12"))[0]
    used["office-1"] = np.where(np.arange(estate.HOURS) == spike, 400.0, 1.0) * used["office-1"]
    place = estate.build(tmp_path, values=used)
    declare(place, "spike", "--site", "site-office-1", "--meter", "office-1", *PERIODS, "--model", "daily")

    (meter,) = report_measure(open_workspace(place), "spike").saving.meters

    assert meter.worth is not None
    assert meter.worth.emissions is not None
    assert meter.avoided is not None
    factor = meter.worth.emissions.adjusted.upper / meter.avoided.upper
    assert meter.worth.emissions.adjusted.value == pytest.approx(factor * meter.avoided.value, rel=0.01)


@pytest.mark.parametrize("name", [estate.DAILY, estate.BILLED])
def test_a_day_costs_by_all_its_hours_and_not_by_its_first(tmp_path: Path, name: str) -> None:
    """Seven hours at 5 pence and seventeen at 40 are 29.8 pence."""
    place = estate.build(tmp_path, values={one: estate.usual(at) for at, one in enumerate(estate.GOOD[:3])})
    estate.by_day(place, tmp_path)
    estate.by_bill(place, tmp_path)
    tariff = tmp_path / "rates.toml"
    tariff.write_text(
        'id = "rates"\nkind = "electricity"\ncurrency = "GBP"\nzone = "Europe/London"\nvalid_from = 2018-01-01\n'
        'source = "a bill"\nbands = [{name = "night", rate = 0.05, hours = [["00:00", "07:00"]]}, '
        '{name = "day", rate = 0.40}]\n',
        encoding="utf-8",
    )
    assert run(["ingest", str(place), str(tariff), "--json"]) == 0
    declare(place, "one", "--site", f"site-{estate.BETTER}", "--meter", name, *PERIODS, "--model", "daily")

    (meter,) = report_measure(open_workspace(place), "one").saving.meters

    assert meter.worth is not None
    assert meter.worth.cost is not None
    assert meter.avoided is not None
    price = (7 * 0.05 + 17 * 0.40) / 24
    assert meter.worth.cost.gross.upper == pytest.approx(price * meter.avoided.upper, rel=0.01)
    assert "spread evenly" in meter.worth.notes[0]


def test_hours_of_dwellings_do_not_leave_the_workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = estate.build(tmp_path, values={one: estate.usual(at) for at, one in enumerate(estate.GOOD[:3])})
    site = "site-office-1"
    assert run(["meter", str(place), "office-1", "--personal", "--json"]) == 0
    assert run(["meter", str(place), "twice", "--site", site, "--expression", "2 * `office-1`", "--json"]) == 0
    declare(place, "home", "--site", site, "--meter", "office-1", "--meter", "twice", *PERIODS, "--model", "hourly")
    declare(place, "days", "--site", site, "--meter", "office-1", *PERIODS, "--interacts-with", "home")
    declare(place, "days", "--model", "daily")
    declare(place, "work", "--site", "site-office-2", "--meter", "office-2", *PERIODS, "--model", "hourly")
    capsys.readouterr()

    assert run(["savings", "report", str(place), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    steps = {
        (one["measure"], meter["meter"]): meter["series"] and meter["series"]["step"]
        for one in told["measures"]
        for meter in one["meters"]
    }
    wanted = {("days", "office-1"): "day", ("work", "office-2"): "hour"}
    assert steps == {**wanted, ("home", "office-1"): None, ("home", "twice"): None}


def test_a_meter_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    place = estate.build(tmp_path, values={estate.BETTER: estate.readings()[estate.BETTER]})
    two = ["--meter", estate.BETTER, "--meter", estate.BETTER]
    declare(place, "lamps", "--site", f"site-{estate.BETTER}", *two, *PERIODS, "--model", "daily")

    assert len(report_measure(open_workspace(place), "lamps").saving.meters) == 1


def test_an_event_that_begins_in_the_baseline_is_taken_off_there_too(tmp_path: Path) -> None:
    """Servers from July 2018 on: what is added to the reporting period must not be in the baseline."""
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[1:6]}
    servers = estate.times() >= np.datetime64("2018-07-01")
    used["office-1"] = used["office-1"] + 10.0 * servers
    place = estate.build(tmp_path, values=used)
    declare(place, "poster", "--site", "site-office-1", "--meter", "office-1", *PERIODS, "--model", "daily")
    workspace = open_workspace(place)
    (plain,) = workspace.records.measures()
    event = NonRoutineEvent(first=date(2018, 7, 1), treatment="adjust", size=240.0, reason="servers", who="m")

    saving = verify_measure(workspace, plain.model_copy(update={"events": (event,)})).saving

    total = saving.totals[0]
    assert saving.verdict == "no significant saving"
    assert abs(total.avoided.value) < 0.03 * total.expected
    assert abs(saving.meters[0].goodness["nmbe"]) < 0.001


def test_days_of_an_event_in_the_baseline_are_not_fitted(tmp_path: Path) -> None:
    """Heaters that dried the walls in a warm May: 31 days of 365 are not what the meter would use again."""
    used = {name: value for name, value in estate.readings().items() if name in estate.GOOD[1:6]}
    dried = estate.times().astype("datetime64[M]") == np.datetime64("2018-05")
    used["office-1"] = used["office-1"] * np.where(dried, 5.0, 1.0)
    place = estate.build(tmp_path, values=used)
    declare(place, "poster", "--site", "site-office-1", "--meter", "office-1", *PERIODS, "--model", "daily")
    workspace = open_workspace(place)
    (plain,) = workspace.records.measures()
    event = NonRoutineEvent(first=date(2018, 5, 1), last=date(2018, 5, 31), reason="the walls were dried", who="m")

    (before,) = verify_measure(workspace, plain).saving.meters
    (after,) = verify_measure(workspace, plain.model_copy(update={"events": (event,)})).saving.meters

    assert (before.goodness["n"], after.goodness["n"]) == (365, 334)
    assert after.goodness["cv_rmse"] < 0.2 * before.goodness["cv_rmse"]
    assert abs(after.avoided.value) < 0.03 * after.expected  # type: ignore[union-attr]


def test_a_reporting_period_that_goes_on_ends_with_the_readings(place: Path) -> None:
    workspace = open_workspace(place)
    (lamps,) = (one for one in workspace.records.measures() if one.id == "lamps")
    assert lamps.reporting is not None
    going = lamps.model_copy(update={"reporting": lamps.reporting.model_copy(update={"last": None})})

    (meter,) = verify_measure(workspace, going).saving.meters

    assert str(meter.reporting) == "2019-01-01/2019-12-31"
    assert len(meter.months) == 12
