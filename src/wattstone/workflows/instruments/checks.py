"""What is wrong with contracts and certificates beside each other, the sites, and what was claimed of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime

from wattstone.base import Finding
from wattstone.inventory.criteria import Case, criteria, judge, unmet
from wattstone.inventory.instruments import Instrument, certificates_of, serial_ranges, used_twice
from wattstone.inventory.markets import Markets, markets
from wattstone.portfolio import Meter, Site

__all__ = ["check_instruments", "judged"]

_SHOWN = 5
_OPTIONS = {
    "rate": "--factor, --source",
    "sole": "--serial, --exclusive",
    "retired": "--tracking, --retired-on, --retired-for, --document",
    "vintage": "--from, --until",
    "market": "--market, --site",
    "delivered": "--delivered",
    "transferred": "--exclusive",
    "residual": "--note",
}
"""What says that a criterion is met, by its id."""


def check_instruments(
    fresh: Collection[Instrument],
    others: Sequence[Instrument],
    *,
    sites: Sequence[Site],
    meters: Sequence[Meter],
    claimed: Mapping[str, float],
) -> list[Finding]:
    """Check instruments that are to be kept against all that is known.

    Parameters
    ----------
    fresh : collection of Instrument
        Those that are said now.
    others : sequence of Instrument
        Those in force of other ids.
    sites, meters : sequence of Site, sequence of Meter
        Of the organisation.
    claimed : mapping
        By id: what all years claim. [kWh]

    Returns
    -------
    list of Finding
        Errors, and as warnings the quality criteria that are not met so far. `params["contract"]` and
        `params["field"]` say of which, and what.
    """
    found: list[Finding] = []
    countries = {one.id: one.country for one in sites}
    known = {one.id for one in meters}
    held = markets()
    for one in fresh:
        found += [
            *_serials(one, held),
            *_places(one, countries, known, held),
            *_claims(one, claimed.get(one.id, 0.0)),
        ]
    names = {one.id for one in fresh}
    found += _twice([*fresh, *others], names)
    wrong = {one.params["contract"] for one in found}
    for one in fresh:
        if one.id not in wrong:
            found += [*_abroad(one), *judged(one, countries)]
    return found


def judged(one: Instrument, countries: Mapping[str, str | None], *, year: int | None = None) -> list[Finding]:
    """The quality criteria that an instrument does not meet, as warnings: it carries no claim until it does.

    Parameters
    ----------
    one : Instrument
        Which.
    countries : mapping
        By site.
    year : int or None
        Of the claim; the year its generation ends in where None.
    """
    titles = {criterion.id: criterion for criterion in criteria()}
    failed = unmet(judge(one, Case(year or one.vintage_end.year, countries)))
    return [
        _finding(
            "criterion",
            one,
            "",
            found="criterion {number} of the Scope 2 Guidance is not met ({title}): {why}",
            expected=titles[judgement.criterion].asks,
            remedy="complete what is said of it, by {options} of `wattstone contract add`; until then it carries no "
            "claim",
            severity="warning",
            number=titles[judgement.criterion].number,
            title=titles[judgement.criterion].title,
            why=judgement.why,
            options=_OPTIONS[judgement.criterion],
        )
        for judgement in failed
    ]


def _abroad(one: Instrument) -> list[Finding]:
    """Green power trade outside mainland China, which is a trade of China alone."""
    if one.kind != "green_power" or one.market == "CN":
        return []
    return [
        _finding(
            "green_power",
            one,
            "kind",
            found="green power trade is a trade of mainland China, and this is of {market}",
            expected="outside China a power purchase agreement, a supplier's rate or an energy attribute certificate",
            remedy="say which of them it is: `--kind ppa`, `supplier_rate` or `energy_attribute_certificate`",
            severity="warning",
            market=one.market,
        )
    ]


def _finding(
    code: str, one: Instrument, field: str, *, found: str, expected: str, remedy: str, severity: str = "error",
    **params: object,
) -> Finding:  # fmt: skip
    return Finding(
        code=f"contract.{code}",
        place=f"contract '{one.id}'",
        found=found,
        expected=expected,
        remedy=remedy,
        params={"contract": one.id, "field": field, **params},
        severity="warning" if severity == "warning" else "error",
    )


def _serials(one: Instrument, held: Markets) -> list[Finding]:
    """Serials that nobody can read, and a volume beyond what they stand for."""
    _, unread = serial_ranges(one)
    if unread:
        return [
            _finding(
                "serial",
                one,
                "serials",
                found="{texts} are no serials of certificates",
                expected="single serials that end in a number, or ranges as NO-000100..NO-000199",
                remedy="write them so, with semicolons between them",
                texts=", ".join(repr(text) for text in unread[:_SHOWN]),
            )
        ]
    number, each = certificates_of(one), held.certificate_kwh(one)
    if not one.serials or one.volume is None or one.volume <= number * each * (1 + 1e-9):
        return []
    return [
        _finding(
            "over_volume",
            one,
            "volume",
            found="{volume} kWh are more than the {number} certificates of {each} kWh stand for, {most} kWh",
            expected="a volume within what the certificates stand for",
            remedy="correct the volume, or add the serials that are missing",
            volume=f"{one.volume:.10g}",
            number=number,
            each=f"{each:g}",
            most=f"{number * each:.10g}",
        )
    ]


def _places(
    one: Instrument, countries: Mapping[str, str | None], meters: Collection[str], held: Markets
) -> list[Finding]:
    found: list[Finding] = []
    if not held.known(one.market):
        known = ", ".join(sorted({market.id for market in held.markets}))
        found.append(
            _finding(
                "market_unknown",
                one,
                "market",
                found="there is no market '{market}'",
                expected="a country as two letters, or one of {known}",
                remedy="give the country of the generation",
                market=one.market,
                known=known,
            )
        )
        return found
    if lost := [site for site in one.sites if site not in countries]:
        found.append(
            _finding(
                "site_unknown",
                one,
                "sites",
                found="there {count:is|are} no {count:site|sites} {names}",
                expected="ids of sites, or none for all sites of the market",
                remedy="declare the sites first, or correct the ids",
                names=", ".join(f"'{site}'" for site in lost[:_SHOWN]),
                count=len(lost),
            )
        )
    day = one.vintage_end
    outside = [site for site in one.sites if site in countries and not held.serves(one, countries[site], day)]
    if outside:
        found.append(
            _finding(
                "market",
                one,
                "sites",
                found="{names} {count:lies|lie} outside the market {market} that it is from",
                expected="sites in the market of the generation (Scope 2 Guidance, table 7.1, criterion 5)",
                remedy="take them out; what was generated in another market serves no site there",
                names=", ".join(f"'{site}'" for site in outside[:_SHOWN]),
                count=len(outside),
                market=one.market,
            )
        )
    if one.generation_meter is not None and one.generation_meter not in meters:
        found.append(
            _finding(
                "meter_unknown",
                one,
                "generation_meter",
                found="there is no meter '{meter}'",
                expected="the id of the meter of the generation",
                remedy="declare the meter first, or correct the id",
                meter=one.generation_meter,
            )
        )
    today = datetime.now(UTC).date()
    if one.retired_on is not None and one.retired_on > today:
        found.append(_later(one, today))
    return found


def _later(one: Instrument, today: date) -> Finding:
    return _finding(
        "future",
        one,
        "retired_on",
        found="it was retired on {day}, which is still to come",
        expected="a day up to {today}",
        remedy="correct the day, or leave it out until it is retired",
        day=str(one.retired_on),
        today=str(today),
    )


def _claims(one: Instrument, claimed: float) -> list[Finding]:
    if one.volume is None or claimed <= one.volume * (1 + 1e-9):
        return []
    return [
        _finding(
            "claimed",
            one,
            "volume",
            found="inventories claim {claimed} kWh of it, more than the {volume} kWh that are said now",
            expected="a volume that holds what was claimed",
            remedy="compute the inventories of those years again without it first, or correct the volume",
            claimed=f"{claimed:.10g}",
            volume=f"{one.volume:.10g}",
        )
    ]


def _twice(every: Sequence[Instrument], fresh: Collection[str]) -> list[Finding]:
    """Certificates that stand in two instruments, or twice in one."""
    at = {one.id: one for one in every}
    found: list[Finding] = []
    for one, two in used_twice(every):
        mine, other = (one, two) if one.instrument in fresh else (two, one)
        if mine.instrument not in fresh:
            continue
        first, last = max(one.first, two.first), min(one.last, two.last)
        found.append(
            _finding(
                "serial_twice",
                at[mine.instrument],
                "serials",
                found="{number} {number:certificate|certificates} of it, from {prefix}{first} to {prefix}{last}, "
                "{number:stands|stand} in '{other}' too",
                expected="certificates that are used once",
                remedy="take them out of one of the two",
                number=last - first + 1,
                prefix=one.prefix.upper(),
                first=f"{first:0{mine.width}d}",
                last=f"{last:0{mine.width}d}",
                other=other.instrument,
            )
        )
    return found
