"""Commands that prove or refute savings: `wattstone savings ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wattstone.base import Finding
    from wattstone.savings.periods import Dates
    from wattstone.workflows.savings.report import Reported

Model = Annotated[
    Literal["daily", "hourly", "best"],
    typer.Option(help="Change points by the day, regression by the hour, or what predicts best in the baseline."),
]
Baseline = Annotated[
    str,
    typer.Option(metavar="FIRST/LAST", help="Local days, both included: 2018-01-01/2018-12-31.", show_default=False),
]
Reporting = Annotated[
    str, typer.Option(metavar="FIRST/LAST", help="Local days after the baseline, both included.", show_default=False)
]
Meters = Annotated[list[str] | None, typer.Option("--meter", metavar="ID", help="Only this meter; may be said again.")]
Override = Annotated[
    list[str] | None,
    typer.Option(
        "--override",
        metavar="RULE=REASON",
        help="Let a rule pass, by its name and with a reason that the result shows; [METER:]RULE=REASON for one meter.",
    ),
]

Robust = Annotated[bool, typer.Option("--robust", help="Let outliers count less; for daily and hourly.")]

group = typer.Typer(
    name="savings",
    help="What measures saved: baselines, verification and how sure it is.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@group.command(no_args_is_help=True)
def fit(
    workspace: options.Workspace,
    baseline: Baseline,
    model: Model = "best",
    meter: Meters = None,
    override: Override = None,
    robust: Robust = False,
    models: Annotated[Path | None, typer.Option(metavar="FILE", help="The models as JSON lines.")] = None,
    workers: options.Workers = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Fit baselines: what meters would use, by the weather, the hour and the calendar."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.evaluation_table import fit_table
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.workflows.savings.fit import fit as fit_models

    output, t = Output(json=json, lang=lang), translator(lang)
    _sturdy(model, robust)
    dates, overrides = dates_of(baseline, "--baseline"), overrides_of(override)
    with opened(workspace, workers=workers) as held, output.progress() as tell:
        found = fit_models(held, dates, choice=model, meters=meter, overrides=overrides, robust=robust, tell=tell)
    output.show(plain_table(fit_table(found.meters, lang)))
    _refusals(output, [one.data.disqualifying for one in found.meters])
    if models is not None:
        from json import dumps

        with writing(models):
            lines = [dumps({"meter": one.meter, "model": one.model}) for one in found.meters if one.method]
            models.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        output.say(t("Models: {file}", file=models))
    output.say(t("Kept in the lake as run {run}.", run=found.run))
    output.machine(
        {"baseline": str(dates), "model": model, "run": found.run, "meters": [one.as_dict() for one in found.meters]}
    )


@group.command(no_args_is_help=True)
def evaluate(
    workspace: options.Workspace,
    baseline: Baseline,
    reporting: Reporting,
    predictions: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Parquet: observed and predicted use with a 90 % interval.", show_default=False
        ),
    ],
    model: Model = "best",
    meter: Meters = None,
    override: Override = None,
    robust: Robust = False,
    personal: Annotated[
        bool, typer.Option("--personal", help="Also hours of dwellings and drivers; else they are left out.")
    ] = False,
    workers: options.Workers = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Predict a period from an earlier one at every meter, and say how good predictions and intervals are."""
    from wattstone.interfaces.cli.opening import opened, writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.evaluation_table import evaluation_table
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.workflows.savings.evaluate import evaluate as evaluate_meters

    output, t = Output(json=json, lang=lang), translator(lang)
    _sturdy(model, robust)
    before, after = dates_of(baseline, "--baseline"), dates_of(reporting, "--reporting")
    with opened(workspace, workers=workers) as held, writing(predictions), output.progress() as tell:
        found = evaluate_meters(
            held,
            before,
            after,
            predictions,
            choice=model,
            meters=meter,
            overrides=overrides_of(override),
            robust=robust,
            personal=personal,
            tell=tell,
        )
    output.warn(found.findings)
    output.show(plain_table(evaluation_table(found.meters, lang)))
    _refusals(output, [one.refused for one in found.meters])
    sources = ", ".join(found.calibration["sources"]) or t("nothing")
    output.say(t("Intervals are calibrated on: {sources}.", sources=sources))
    output.say(t("Predictions: {file}", file=predictions))
    output.machine(
        {
            "baseline": str(before),
            "reporting": str(after),
            "model": model,
            "predictions": str(predictions),
            "rows": found.rows,
            "calibration": found.calibration,
            "meters": [one.as_dict() for one in found.meters],
            "findings": [one.as_dict() for one in found.findings],
        }
    )


@group.command(no_args_is_help=True)
def report(
    workspace: options.Workspace,
    measure: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this measure; all together if left out.", show_default=False)
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="The page; in reports/ if left out.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="The report on paper as well.")] = None,
    typical_year: Annotated[
        Path | None,
        typer.Option(metavar="EPW", callback=options.there, help="Weather of a typical year."),
    ] = None,
    fahrenheit: Annotated[bool, typer.Option("--fahrenheit", help="Temperatures in °F.")] = False,
    workers: options.Workers = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Prove or refute what measures saved: verdict, interval, model, data and evidence, for somebody to sign."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.cli.pipeline import program
    from wattstone.interfaces.present.languages import translator
    from wattstone.interfaces.present.plain_table import plain_table
    from wattstone.interfaces.present.savings_table import measure_table, savings_table, totals_table
    from wattstone.savings.result_json import as_dict
    from wattstone.workflows.savings.choosing import without_hours
    from wattstone.workflows.savings.report import report_measures

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace, workers=workers) as held, output.progress() as tell:
        found = report_measures(held, None if measure is None else [measure], typical=typical_year, tell=tell)
        organisation, sites = held.records.organisation().name, {one.id: one for one in held.records.sites()}
        meters = held.records.meters()
    if not found.measures:
        output.say(t("No measure is declared yet: {command}", command=f"{program()} measure {workspace} ID ..."))
    savings = [one.saving for one in found.measures]
    output.show(plain_table(measure_table(savings[0], lang) if measure is not None else savings_table(savings, lang)))
    if len(savings) > 1 and found.totals:
        output.show(plain_table(totals_table(found.totals, lang)))
    names = {one.id: one.name or one.id for one in sites.values()}
    said: dict[str, Any] = {"organisation": organisation, "lang": lang, "fahrenheit": fahrenheit}
    apart = len(found.measures) > 1
    pages = [
        _written(one, workspace, _own(html, one, apart), _own(pdf, one, apart), names, said) for one in found.measures
    ]
    for one, files in zip(found.measures, pages, strict=True):
        output.warn(one.saving.reasons)
        output.say(*(t("Page: {file}", file=file) for file in files))
        if one.figures:
            first = next(iter(one.figures.values()))
            output.say(t("Trace it:  {command}", command=f"{program()} trace {workspace} {first}"))
    output.machine(
        {
            "measures": [
                {
                    **as_dict(without_hours(one.saving, meters)),
                    "run": one.run,
                    "figures": dict(one.figures),
                    "files": [str(file) for file in files],
                }
                for one, files in zip(found.measures, pages, strict=True)
            ],
            "totals": [as_dict(one) for one in found.totals],
            "shared_meters": {name: as_dict(one) for name, one in found.settlements.items()},
        }
    )


def _own(file: Path | None, one: "Reported", apart: bool) -> Path | None:
    """The file of a measure: with its id in the name where there are several."""
    return file.with_stem(f"{file.stem}-{one.measure.id}") if file is not None and apart else file


def _written(
    one: "Reported",
    workspace: Path,
    html: Path | None,
    pdf: Path | None,
    sites: "Mapping[str, str]",
    said: dict[str, Any],
) -> list[Path]:
    """Write the reports of a measure."""
    from datetime import UTC, datetime

    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.present.savings_page import render_savings, savings_pdf

    said = {
        **said,
        "figures": one.figures,
        "simulated": one.simulated,
        "made": datetime.now(UTC),
        "site": sites.get(one.measure.site_id, one.measure.site_id),
    }
    page = html or workspace / "reports" / f"savings-{one.measure.id}-{said['lang']}.html"
    with writing(page):
        page.write_text(render_savings(one.saving, one.measure, **said), encoding="utf-8")
    if pdf is None:
        return [page]
    printed = savings_pdf(one.saving, one.measure, **said)
    with writing(pdf):
        pdf.write_bytes(printed)
    return [page, pdf]


def _refusals(output: object, refused: "Sequence[tuple[Finding, ...]]") -> None:
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.evaluation_table import refusals_table
    from wattstone.interfaces.present.plain_table import plain_table

    assert isinstance(output, Output)
    if any(refused):
        output.show(plain_table(refusals_table(refused, output.lang)))


def _sturdy(model: str, robust: bool) -> None:
    if robust and model == "best":
        raise typer.BadParameter("--robust is for --model daily or hourly", param_hint="--robust")


def dates_of(text: str, option: str) -> "Dates":
    """Local days as they are typed: `2018-01-01/2018-12-31`.

    Raises
    ------
    InputRefused
        If they are not two days, the first before the last.
    """
    from datetime import date

    from wattstone.base import Finding, InputRefused
    from wattstone.portfolio.measures import EARLIEST, LATEST
    from wattstone.savings.periods import Dates

    try:
        first, last = (date.fromisoformat(part.strip()) for part in text.split("/"))
        if first <= last and first.year >= EARLIEST and last.year <= LATEST:
            return Dates(first, last)
    except ValueError:
        pass
    finding = Finding(
        code="option.dates",
        place=option,
        found="'{text}' is not a period",
        params={"text": text},
        expected="the first and the last local day, as 2018-01-01/2018-12-31",
        remedy="write it so",
    )
    raise InputRefused([finding])


def overrides_of(said: "Sequence[str] | None") -> dict[str, dict[str, str]]:
    """Overrides as they are typed, `[METER:]RULE=REASON`, by meter (`*` for all) and rule.

    Raises
    ------
    InputRefused
        With a finding for each that names no known rule or gives no reason.
    """
    from wattstone.base import Finding, InputRefused
    from wattstone.savings.rules import sufficiency_rules

    found: dict[str, dict[str, str]] = {}
    wrong: list[Finding] = []
    for text in said or ():
        named, _, reason = text.partition("=")
        meter, _, rule = named.rpartition(":")
        if rule in sufficiency_rules() and reason.strip():
            found.setdefault(meter or "*", {})[rule] = reason.strip()
            continue
        wrong.append(
            Finding(
                code="option.override",
                place="--override",
                found="'{text}' names no rule with a reason",
                params={"text": text, "rules": ", ".join(sorted(sufficiency_rules()))},
                expected="RULE=REASON or METER:RULE=REASON, where RULE is one of {rules}",
                remedy="copy the rule from the refusal, and give a reason that an auditor can judge",
            )
        )
    if wrong:
        raise InputRefused(wrong)
    return found
