"""Forms in which the places, values and reasons of compressed air and of cold-and-heat plants come."""


def mark(message: str) -> str:
    """Name a message for the extraction, as `languages.mark`, which reads these forms."""
    return message


PLACES = (
    mark("station '{name}'"),
    mark("machine '{name}'"),
    mark("compressor '{name}'"),
    mark("plant '{name}'"),
    mark("store '{name}'"),
    mark("source '{name}'"),
    mark("chiller '{name}'"),
    mark("chiller record '{name}'"),
    mark("carrier '{name}'"),
    mark("unit '{name}'"),
    mark("modification '{name}'"),
    mark("tariff '{name}'"),
    mark("column '{column}'"),
    mark("log"),
    mark("header"),
    mark("day types"),
    mark("conditions"),
    mark("intake"),
    mark("tower"),
    mark("cold"),
    mark("heat"),
    mark("the plan"),
    mark("the units"),
    mark("the horizon"),
    mark("the problem"),
    mark("all modifications together"),
    mark("price of electricity"),
    mark("carbon of electricity"),
    mark("fewest"),
    mark("all_on"),
    mark("step {count}"),
    mark("interval {count}"),
)
"""Where it is: parts of a place, which commas join, and the step or interval at which it is first."""

REASONS = (
    mark("{name} runs: without it the demand could not be met."),
    mark("{name} runs: without it the hour would cost {how}."),
    mark("{name} stands still: with it the hour would cost {how}."),
    mark("At one ratio for all that run the hour would cost {how}."),
    mark("With the fewest in list order the hour would cost {how}."),
    mark("With all machines at one ratio the hour would cost {how}."),
    mark("With stores at rest the hour would cost {how}."),
    mark("{amount} {currency} more in this hour ({machines} would run)"),
    mark("{amount} {currency} less in this hour ({machines} would run)"),
    mark("{amount} {currency} more in this hour"),
    mark("{amount} {currency} less in this hour"),
    mark("{name} takes {power} kW and then holds {stored} kWh: {why}."),
    mark("{name} gives {power} kW and then holds {stored} kWh: {why}."),
    mark("electricity is at {price} {currency}/kWh, below the mean of {mean}"),
    mark("electricity is at {price} {currency}/kWh, above the mean of {mean}"),
)
"""Why an hour of a plan is run as it is."""

VALUES = (
    mark(" or "),
    mark("no unit that is known"),
    mark("weekday"),
    mark("A (current at {volts} V)"),
    mark("counts up and never falls, as a register of kWh does"),
    mark("differences of it"),
    mark("none could be used"),
    mark("closed hours: {leak} ({low} to {high})"),
    mark("lowest flow: {leak} ({low} to {high})"),
    mark("cycling: {leak} ({low} to {high})"),
    mark("decay: {leak} ({low} to {high})"),
    mark("the plant's chilled water"),
    mark("water of {celsius} degC"),
    mark("ramps"),
    mark("least times on"),
    mark("least times off"),
    mark("any one rule"),
    mark("a number"),
    mark("a share of 0 to 1"),
    mark("1 to do it, 0 to leave it"),
    mark("at most {amount}"),
    mark("less than {amount}"),
    mark("infinite"),
    mark("the price of carbon"),
    mark("a share of 0 or more, below 1"),
    mark("a share above 0, 1 at most"),
    mark("between 0 and the capacity"),
    mark("one of {names}"),
    mark("there is no field '{name}'"),
    mark("'{name}' holds no rows of numbers of one length"),
    mark("of {names} at least one is needed"),
)
"""What stands in the fields of a finding."""

REFUSED = (
    mark("give `file`, or `meters = true` for meters of the workspace"),
    mark("`power` or `current` names a column for each compressor"),
    mark("a modification of kind {kind} needs {names}"),
    mark("a modification of kind heat needs [energy.fuel]: the fuel that its heat stands in for"),
    mark("a size of 0 or more; the other way round there is no {kind}"),
    mark("compressors"),
    mark("modifications"),
    mark("names of {what} differ; found more than once: {names}"),
    mark("give a [log], or [[day_type]] tables, and not both"),
    mark("no [[compressor]] has the name {name}; there are {names}"),
    mark("a modification replaces {name}; there are {names}"),
    mark("points of a curve, (share of the load, factor), whose shares rise"),
    mark("give `record`, the name of a shipped one, or `gordon_ng` coefficients, and not both"),
    mark("name the column of `cold`, or that of `heat`"),
    mark("the plant has no machine: [[chiller]], [[heat_pump]], [[boiler]] and the like"),
    mark("names of machines and stores differ; found more than once: {names}"),
    mark("`order` names every machine once; too many or missing: {names}"),
    mark("give `price`, or `bands`, or `tariffs`, and one of them alone"),
    mark("give `carbon_kg_per_kwh` with `carbon_source`, or `country` or `region` with `year`"),
    mark("`carbon_source` says where `carbon_kg_per_kwh` is written"),
    mark("`year` says of which year the published factor is to be"),
    mark("an IANA time zone, as 'Asia/Shanghai'"),
)
"""What station files and plant files are refused for."""

SPOKEN = frozenset(
    {
        "allowed",
        "carrier",
        "does",
        "expected",
        "fits",
        "kind",
        "like",
        "message",
        "others",
        "rules",
        "supply",
        "unit",
        "wanted",
    }
    | {"what", "why"}
    | {"category", "column", "columns", "denominator", "field_label", "language", "wholes"}
)
"""Fields of findings whose values are words."""

ROOMS = frozenset({"air", "disclosure", "machinery", "plant", "statement"})
"""First parts of the codes of findings in which they are said."""
