"""What `run` and `demo` share: workspace, ingest, inventory, report, one after the other."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wattstone.interfaces.cli.opening import account, opened
from wattstone.interfaces.cli.output import Output, grouped
from wattstone.interfaces.store.workspace import create_workspace
from wattstone.readings.sources import How, open_source
from wattstone.workflows.declare import change_organisation
from wattstone.workflows.ingest import ingest
from wattstone.workflows.ingest.together import whether_added_up
from wattstone.workflows.inventory import take_inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from wattstone.simulation import Plan
    from wattstone.workflows.ingest import Ingested
    from wattstone.workflows.workspace import Workspace


def run_pipeline(
    path: Path,
    root: Path,
    year: int,
    *,
    output: Output,
    zone: str | None = None,
    workers: str | None = None,
    lang: Literal["en", "zh"] = "en",
    beside: "Callable[[Workspace], None] | None" = None,
) -> None:
    """Readings to inventory to report, with what `beside` puts in; what has been done before is not done again."""
    from wattstone.interfaces.cli.reporting import inventory_document, write_report
    from wattstone.interfaces.present import inventory_json, inventory_table
    from wattstone.interfaces.present.languages import translator

    t = translator(lang)
    incoming = open_source(path, How(zone=zone))
    new = create_workspace(root)
    with opened(root, workers=workers) as workspace:
        if new:
            name = path.resolve().name.split(".")[0]
            change_organisation(workspace, {"name": name, **({"zone": zone} if zone else {})})
            output.say(t("Made the workspace {root}.", root=root))
        with output.progress(incoming.rows) as tell:
            done = ingest(workspace, incoming, who=account(), progress=tell)
        output.warn((*done.findings, *whether_added_up(workspace, [incoming], [done])))
        output.say(said(done, lang))
        if beside is not None:
            beside(workspace)
        inventory = take_inventory(workspace, year)
        document = inventory_document(workspace, inventory)
        report = write_report(workspace, inventory, document, lang=lang, form="html", to=None)
        output.show(inventory_table(document, lang))
        output.say(
            t("Report: {file}", file=report),
            t("Check it:  {command}", command=f"{program()} verify {root}"),
            t("Trace it:  {command}", command=f"{program()} trace {root} scope2.location@organisation@{year}"),
        )
        output.machine(inventory_json(document))


def run_demo(
    folder: Path,
    *,
    sites: int,
    year: int,
    years: int,
    seed: int,
    workers: str | None,
    lang: Literal["en", "zh"],
    output: Output,
) -> None:
    """Simulate a portfolio beside its workspace, and run the main job on it."""
    from wattstone.base import Finding, InputRefused
    from wattstone.interfaces.cli.demo_disclosure import lock_first_edition, take_disclosure_in
    from wattstone.interfaces.cli.demo_ledgers import take_ledgers_in, take_years_before
    from wattstone.interfaces.cli.demo_programme import take_programme_in
    from wattstone.interfaces.cli.demo_release import release_inventory
    from wattstone.simulation import Plan, generate, measures, portfolio, read_truth
    from wattstone.workflows.measures import declare_measure

    try:
        plan = Plan(sites=sites, year=year, years=years, seed=seed)
    except ValueError as error:
        finding = Finding(
            code="demo.plan",
            place="wattstone demo",
            found="{error}",
            params={"error": error},
            expected="a year from 2021 to 2023 with the years before it",
            remedy="leave --year and --years out",
        )
        raise InputRefused([finding]) from error
    dataset, root = folder / "readings", folder / "workspace"
    output.say(f"Simulating {sites} sites, {years} years at 15 minutes. These data are made up.")
    with output.progress(sites) as tell:
        generate(plan, dataset, progress=lambda done, total: tell("generate", done, total))
    create_workspace(root)
    with opened(root) as workspace:
        organisation = portfolio(plan)[0]
        change_organisation(workspace, organisation.model_dump())

    def beside(workspace: "Workspace") -> None:
        take_ledgers_in(workspace, plan, dataset, folder / "activities")
        take_years_before(workspace, plan)

    run_pipeline(dataset, root, year, workers=workers, lang=lang, output=output, beside=beside)
    carried_out = measures(plan, read_truth(dataset))
    with opened(root) as workspace:
        for name, record in carried_out.items():
            declare_measure(workspace, name, record, who="demo")
        release_inventory(workspace, year)
        take_programme_in(workspace, year)
        take_disclosure_in(workspace, year)
        lock_first_edition(workspace, year)
    prove = [f"  {program()} savings report {root} --measure {name}" for name in carried_out]
    works = _factory(plan, folder / "factory", output)
    output.say(
        "",
        "What to try next:",
        *prove,
        f"  {program()} quality {root} --year {year}",
        f"  {program()} report {root} --year {year} --lang zh",
        f"  {program()} statement {root} --year {year}",
        f"  {program()} inventory {root} --year {year} --xlsx {folder / 'inventory.xlsx'}",
        f"  {program()} nature report {root} --year {year}",
        f"  {program()} disclose status {root} --standard tcfd --year {year}",
        f"  the planted faults and their truth are in {dataset / 'truth'}",
        "A factory with compressed air, cold and heat, and a campus of eight chillers:",
        *works,
    )


def _factory(plan: "Plan", folder: Path, output: Output) -> list[str]:
    """A simulated factory beside the portfolio, with a workspace for its air station; says what to try."""
    from wattstone.simulation.factory.write import MEASURE, factory, measure
    from wattstone.workflows.measures import declare_measure

    if plan.years < 2:
        return [f"  two years or more are needed for it: {program()} demo --years 2"]
    with output.progress() as tell:
        held = factory(plan, folder, progress=lambda done, total: tell("generate", done, total))
    root = folder / "workspace"
    create_workspace(root)
    with opened(root) as workspace:
        change_organisation(workspace, {"name": "Works (simulated)", "zone": "Asia/Shanghai", "currency": "CNY"})
        ingest(workspace, open_source(folder / "readings", How()), who="demo")
        declare_measure(workspace, MEASURE, measure(plan, held), who="demo")
    name = program()
    return [
        f"  {name} air assess {folder / 'station.toml'} --workspace {root}",
        f"  {name} air improve {folder / 'station.toml'}",
        f"  {name} savings report {root} --measure {MEASURE}",
        f"  {name} plant plan {folder / 'plant.toml'} --at {plan.year}-07-05T00:00 --why 14",
        f"  {name} plant replay {folder / 'campus.toml'} --from {plan.year}-07-04 --to {plan.year}-07-06",
    ]


def program() -> str:
    """How the program is called from here: by its name where that is on the path, else by where it is."""
    if shutil.which("wattstone"):
        return "wattstone"
    here = Path(sys.argv[0]).absolute()
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)


def said(done: "Ingested", lang: Literal["en", "zh"] = "en") -> str:
    """One sentence on what an ingest did."""
    from wattstone.interfaces.present.languages import counter, translator

    t, n = translator(lang), counter(lang)
    if done.already:
        return t("{source}: taken in before, no reading changed.", source=done.source)
    if not done.rows and done.beside:
        beside = t(" and ").join(done.beside)
        return t("{source}: {tables} taken in; it holds no readings.", source=done.source, tables=beside)
    rows = n("{count} reading", "{count} readings", done.rows)
    meters = n("{count} meter", "{count} meters", done.meters)
    if not done.changed:
        return t("{source}: {readings} of {meters}.", source=done.source, readings=rows, meters=meters)
    return t(
        "{source}: {readings} of {meters}; corrections of earlier ones: {changed}.",
        source=done.source,
        readings=rows,
        meters=meters,
        changed=grouped(done.changed),
    )
