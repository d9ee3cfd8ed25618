"""What contracts and certificates are called where people read them, and as JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.present.languages import Language, mark, say_reason, translator

if TYPE_CHECKING:
    from wattstone.workflows.instruments.listing import Listed

__all__ = [
    "CARRIERS",
    "CRITERIA",
    "FIELDS",
    "HOLDERS",
    "KINDS",
    "STATES",
    "carrier_name",
    "contract_json",
    "instrument_name",
    "state_name",
]

KINDS: Mapping[str, str] = {
    "ppa": mark("power purchase agreement"),
    "self_generation": mark("own generation elsewhere"),
    "green_power": mark("green power trade"),
    "energy_attribute_certificate": mark("energy attribute certificate"),
    "green_certificate": mark("green electricity certificate"),
    "supplier_rate": mark("supplier's rate"),
}
CARRIERS: Mapping[str, str] = {
    "electricity": mark("electricity"),
    "heat": mark("bought heat"),
    "steam": mark("steam"),
    "cooling": mark("bought cooling"),
}
HOLDERS: Mapping[str, str] = {"organisation": mark("the organisation"), "site": mark("the site")}
STATES: Mapping[str, str] = {
    "in force": mark("in force"),
    "refused": mark("carries no claim"),  # it is kept: what was sent and refused changed nothing
    "withdrawn": mark("withdrawn"),
}
"""What a state is called where people read it."""
CRITERIA: Mapping[str, str] = {
    "rate": mark("it states the rate of emissions"),
    "sole": mark("nothing else carries the claim"),
    "retired": mark("it is tracked and retired"),
    "vintage": mark("it was generated close to the time of use"),
    "market": mark("it is from the market of the use"),
    "delivered": mark("a supplier's rate counts what was delivered"),
    "transferred": mark("the claim went to the buyer alone"),
    "residual": mark("a residual mix is there, or its absence is told"),
}
"""Titles of the quality criteria, as `inventory/data/quality_criteria.toml` has them."""

FIELDS: Mapping[str, tuple[str, str]] = {
    "kind": (mark("Kind of contract"), ""),
    "carrier": (mark("Energy"), ""),
    "market": (mark("Market area"), mark("Where it was generated: a country as two letters, or EU, US+CA.")),
    "vintage_start": (mark("Generated from"), ""),
    "vintage_end": (mark("Generated until"), mark("Of a contract: first and last day of delivery.")),
    "volume": (mark("Volume"), mark("With its unit, as 500 MWh. A supplier's rate may do without.")),
    "factor": (mark("Emission factor"), mark("Direct emissions, as 0 or 30 g CO2e/kWh; no life-cycle factor.")),
    "factor_source": (mark("Who states the factor"), ""),
    "technology": (mark("Technology"), mark("As wind, solar, hydro.")),
    "scheme": (mark("Scheme"), mark("Of certificates, as GO, REGO, REC, I-REC, GEC.")),
    "tracking_system": (mark("Tracking system"), mark("The register that holds the certificates.")),
    "serials": (mark("Serials"), mark("Single ones or ranges as NO-000100..NO-000599, with semicolons between them.")),
    "retired_on": (mark("Retired on"), ""),
    "retired_for": (mark("Retired for"), mark("On whose behalf.")),
    "supplier": (mark("Counterparty"), mark("With whom the contract is.")),
    "sites": (
        mark("Sites that it serves"),
        mark("Their ids, with semicolons between them; all of the market if empty."),
    ),
    "holder": (mark("Who holds it"), mark("What a site holds serves the shares of its other owners too.")),
    "bundled": (mark("Certificates came with the energy"), ""),
    "exclusive": (mark("A contract gives the claim to nobody else"), ""),
    "delivered": (
        mark("The supplier's rate counts delivered energy"),
        mark("With certificates retired for customers, and without those sold."),
    ),
    "generation_meter": (mark("Meter of the generation"), mark("For matching hour by hour.")),
    "note": (mark("Note"), ""),
}
"""Fields of a contract as a form and a page name them, with what is to be known of each."""


def instrument_name(kind: str, lang: Language) -> str:
    """What a kind of contractual instrument is called; an unknown one keeps its own name.

    Examples
    --------
    >>> instrument_name("ppa", "en"), instrument_name("green_certificate", "zh")
    ('power purchase agreement', '绿色电力证书（绿证）')
    """
    return translator(lang)(KINDS[kind]) if kind in KINDS else kind


def carrier_name(carrier: str, lang: Language) -> str:
    """What the energy of an instrument is called."""
    return translator(lang)(CARRIERS[carrier]) if carrier in CARRIERS else carrier


def state_name(state: str, lang: Language) -> str:
    """What the state of an instrument is called: the value is kept and sent as it is."""
    return translator(lang)(STATES[state]) if state in STATES else state


def contract_json(one: "Listed", lang: Language = "en") -> dict[str, Any]:
    """An instrument for machines: what was said of it, what is claimed and left of it, how it was judged.

    Parameters
    ----------
    one : Listed
        From `workflows.instruments.listing`.
    lang : {'en', 'zh'}
        Of the reasons why a criterion is not met.
    """
    said = one.held.instrument.model_dump(mode="json", exclude_none=True)
    return {
        **said,
        "state": one.state,
        "withdrawn": one.held.withdrawn,
        "entered_by": one.held.entered_by,
        "entered_at": f"{one.held.entered_at.isoformat()}Z",
        "claimed": {str(year): energy for year, energy in one.claimed.items()},
        "left": one.left,
        "criteria": [
            {"criterion": kept.criterion, "met": kept.met, "why": say_reason(kept.why, lang)} for kept in one.judged
        ],
    }
