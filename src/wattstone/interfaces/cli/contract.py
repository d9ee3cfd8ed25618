"""Commands on contracts and certificates of energy: `wattstone contract ...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.workflows.matching import Matching

group = typer.Typer(
    name="contract", help="Contracts, certificates, green power and suppliers' rates of scope 2.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Name = Annotated[str, typer.Argument(metavar="CONTRACT", help="Its id.", show_default=False)]
What = Literal[
    "ppa", "self_generation", "green_power", "energy_attribute_certificate", "green_certificate", "supplier_rate"
]


@group.command(no_args_is_help=True)
def add(
    workspace: options.Workspace,
    contract_id: Name,
    kind: Annotated[
        What | None, typer.Option(help="What it is; green_power and green_certificate are China's.")
    ] = None,
    carrier: Annotated[
        Literal["electricity", "heat", "steam", "cooling"] | None, typer.Option(help="Of which energy; electricity.")
    ] = None,
    market: Annotated[
        str | None, typer.Option(metavar="MARKET", help="Where it was generated: a country, EU or US+CA.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day of generation.")] = None,
    end: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Last day of generation.")] = None,
    volume: Annotated[str | None, typer.Option(metavar="ENERGY", help="How much, as '500 MWh'.")] = None,
    factor: Annotated[str | None, typer.Option(metavar="RATE", help="Direct emissions, as '0.03 kg CO2e/kWh'.")] = None,
    source: Annotated[str | None, typer.Option(help="Who states the factor.")] = None,
    scheme: Annotated[str | None, typer.Option(help="Scheme of certificates, as GO, REC, I-REC.")] = None,
    technology: Annotated[str | None, typer.Option(help="How it was generated, as wind.")] = None,
    supplier: Annotated[str | None, typer.Option(help="With whom the contract is.")] = None,
    tracking: Annotated[str | None, typer.Option(help="Tracking system of the certificates.")] = None,
    serial: Annotated[
        list[str] | None, typer.Option(metavar="FIRST[..LAST]", help="Serials of certificates; repeatable.")
    ] = None,
    retired_on: Annotated[str | None, typer.Option(metavar="DAY", help="When they were retired.")] = None,
    retired_for: Annotated[str | None, typer.Option(metavar="WHO", help="On whose behalf.")] = None,
    site: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Site it serves; repeatable; all of the market without.")
    ] = None,
    holder: Annotated[
        Literal["organisation", "site"] | None, typer.Option(help="Who holds it, where a site has other owners too.")
    ] = None,
    bundled: Annotated[bool | None, typer.Option(help="Certificates came with the energy.")] = None,
    exclusive: Annotated[bool | None, typer.Option(help="A contract gives the claim to nobody else.")] = None,
    delivered: Annotated[
        bool | None, typer.Option(help="A rate counts delivered energy, certificates sold out.")
    ] = None,
    generation_meter: Annotated[str | None, typer.Option(metavar="ID", help="Meter of the generation.")] = None,
    document: Annotated[
        Path | None,
        typer.Option(metavar="FILE", callback=options.there, help="The contract or statement; it is kept."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What else is to be known.")] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Say what a contract or certificate is, or correct what was said of it."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.contract_words import contract_json, state_name
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.instruments.declare import add_instrument
    from wattstone.workflows.instruments.listing import instruments_of

    given: dict[str, Any] = {
        "kind": kind, "carrier": carrier, "market": market, "vintage_start": start, "vintage_end": end,
        "volume": volume, "factor": factor, "factor_source": source, "scheme": scheme, "technology": technology,
        "supplier": supplier, "tracking_system": tracking, "serials": serial, "retired_on": retired_on,
        "retired_for": retired_for, "sites": site, "holder": holder, "bundled": bundled, "exclusive": exclusive,
        "delivered": delivered, "generation_meter": generation_meter, "note": note,
    }  # fmt: skip
    said = {key: value for key, value in given.items() if value is not None}
    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        output.warn(add_instrument(held, contract_id, said, document=document, who=account()))
        (one,) = (one for one in instruments_of(held) if one.held.instrument.id == contract_id)
    output.say(t("Contract '{contract}': {state}.", contract=contract_id, state=state_name(one.state, lang)))
    output.machine({"contract": contract_json(one)})


@group.command("import", no_args_is_help=True)
def import_(
    workspace: options.Workspace,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=options.there, help="CSV or XLSX.")],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take contracts and certificates of a table in, all or none."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.instruments.importing import import_instruments

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        done = import_instruments(held, file, who=account())
    output.warn(done.findings)
    counts = {"new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
    output.say(t("{file}: {new} new, {changed} changed, {same} as they were.", file=done.source, **counts))
    output.machine(
        {
            "source": done.source,
            "new": done.new,
            "changed": done.changed,
            "same": done.same,
            "findings": [one.as_dict() for one in done.findings],
        }
    )


@group.command(no_args_is_help=True)
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX to write.", show_default=False)],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Write a table to fill in; in a workbook, lists to choose from."""
    from wattstone.interfaces.cli.opening import writing
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.instruments.importing import instrument_template

    output, t = Output(json=json, lang=lang), translator(lang)
    with writing(file) as path:
        if path.suffix.lower() == ".xlsx":
            from wattstone.interfaces.present.contract_table import write_template

            write_template(path, lang)
        else:
            path.write_text(instrument_template(), encoding="utf-8-sig")
    output.say(t("Written: {file}", file=file))
    output.machine({"file": str(file)})


@group.command("list", no_args_is_help=True)
def list_(
    workspace: options.Workspace,
    year: Annotated[int | None, typer.Option("--year", min=1990, max=2100, help="What a year may claim.")] = None,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """List contracts and certificates: what is claimed and left of each, and which quality criteria are not met."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.contract_table import contract_table
    from wattstone.interfaces.present.contract_words import contract_json
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.instruments.listing import instruments_of

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        found = instruments_of(held, year)
    if found:
        output.show(contract_table(found, lang))
    else:
        output.say(t("No contracts or certificates yet."))
    output.machine({"contracts": [contract_json(one) for one in found]})


@group.command(no_args_is_help=True)
def withdraw(
    workspace: options.Workspace,
    contract_id: Name,
    reason: Annotated[str, typer.Option(help="Why; an auditor reads it.", show_default=False)],
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Take a contract or certificate out of force; the records keep it."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.workflows.instruments.declare import withdraw_instrument

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        withdraw_instrument(held, contract_id, reason=reason, who=account())
    output.say(t("Contract '{contract}' is withdrawn.", contract=contract_id))
    output.machine({"contract": contract_id, "withdrawn": reason})


@group.command(no_args_is_help=True)
def window(
    workspace: options.Workspace,
    before: Annotated[int, typer.Option(help="Months before the year.")] = 0,
    after: Annotated[int, typer.Option(help="Months after the year.")] = 0,
    reason: Annotated[str, typer.Option(help="Why more than the calendar year.")] = "",
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Accept certificates of some months around the year of a claim; of the calendar year alone without options."""
    from wattstone.interfaces.cli.opening import account, opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.languages import translator
    from wattstone.inventory.criteria import MarketPolicy
    from wattstone.workflows.inventory.market import set_policy

    output, t = Output(json=json, lang=lang), translator(lang)
    with opened(workspace) as held:
        set_policy(held, MarketPolicy(before, after, reason), who=account())
    words = t("Certificates of {before} months before and {after} months after the year are accepted.",
              before=before, after=after)  # fmt: skip
    output.say(words)
    output.machine({"before": before, "after": after, "reason": reason})


@group.command(no_args_is_help=True)
def match(
    workspace: options.Workspace,
    year: options.Year,
    lang: options.Lang = "en",
    json: options.Json = False,
) -> None:
    """Match the use of electricity with contracted generation hour by hour, beside the claim by the year."""
    from wattstone.interfaces.cli.opening import opened
    from wattstone.interfaces.cli.output import Output
    from wattstone.interfaces.present.contract_table import matching_table
    from wattstone.workflows.matching import match_year

    output = Output(json=json, lang=lang)
    with opened(workspace) as held:
        found = match_year(held, year)
    output.show(matching_table(found, lang))
    output.machine(_matched(found))


def _matched(found: "Matching") -> dict[str, Any]:
    from dataclasses import asdict

    def plain(one: Any) -> dict[str, Any]:
        return {**asdict(one), "score": one.score, "annual": one.annual, "surplus": one.surplus}

    return {
        "year": found.year,
        **plain(found.total),
        "markets": [
            {"market": one.market, "sites": one.sites, "contracts": one.instruments, **plain(one.matched)}
            for one in found.markets
        ],
        "left_out": dict(found.left_out),
    }
