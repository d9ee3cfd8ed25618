"""Sentences about factors, with the fields that values fill: why there is none, and what is to be said of one."""

__all__ = ["FACTORS"]


def mark(message: str) -> str:
    """Name a message that is translated where it is shown."""
    return message


FACTORS = (
    mark("no factor of {what} per {unit} for {place} in {year}: {why}"),
    mark("no factor of {what} for {place} in {year}: {why}"),
    mark("the sets declared for {place} hold it for {years} only (the exception '{name}' would permit that of {year})"),
    mark("the sets declared for {place} are for {years} only (the exception '{name}' would permit that of {year})"),
    mark("no factor set is declared for {what} in {place} ({why})"),
    mark("only compilations by third parties were found (confidence D), and none of them ships"),
    mark("the factor of {year} used for {other}, by accepted exception: {name}"),
    mark("the set {set} used in {place}, by accepted exception: {name}"),
    mark("the set {set} was chosen by accepted exception"),
    mark("the exception '{name}' would permit {set}"),
    mark("the row {name} is barred: {reason}"),
    mark("barred, used by accepted exception: {name} ({reason})"),
    mark(
        "check the value and accept the exception '{name}', or put your own factor in the workspace's factors/ folder"
    ),
    mark("a component of a total that is a row of its own: both together would count twice"),
    mark("the transcriber left biogenic CO2 out and wrote 0: the row says nothing of the CO2 that leaves the stack"),
    mark("0 is how the Swiss residual mix was disclosed, not what the power stations behind it emit"),
    mark("0 is what rounding to two digits left over, not a measured zero"),
    mark("the source names no fuel"),
    mark("another series, for reporting under the emissions trading scheme: it is not mixed with the grid averages"),
    mark("what fossil power emits, for special uses: it is no average of a grid and no residual mix"),
    mark("it counts the electricity that the vehicle was charged with, which is scope 2: record that as electricity"),
    mark("its CO2 is biogenic and stands apart; CH4 and N2O count"),
    mark("a blend with biofuel: its biogenic CO2, which stands apart, is not among the rows at hand"),
    mark("its biogenic CO2, which stands apart, is not among the rows at hand"),
    mark("CO2 alone: the CH4 and N2O at hand are those of boilers, not of engines"),
    mark("a blend by mass: {shares}"),
    mark("a gas of the Montreal Protocol, which is reported apart from the scopes"),
    mark("a total of another GWP set, by accepted exception: {name}"),
    mark(
        "the factor {name} is a total in CO2e by {edition}, and the workspace's figures are by {other}: sets are "
        "not mixed (the exception '{id}' would permit it)"
    ),
    mark(
        "the factor {name} is a total in CO2e by a GWP set that its source does not state, and the workspace's "
        "figures are by {other}: sets are not mixed (the exception '{id}' would permit it)"
    ),
    mark("state in its file a value by {edition}, or accept the exception '{id}'"),
    mark(
        "state in its file a value by {edition}, take {other} for the organisation (`wattstone init --gwp-set {set}`), "
        "or accept the exception '{id}'"
    ),
    mark("it is held by {sets} only (the exception {names} would permit that of {year})"),
    mark("it is held by {sets} only (the exceptions {names} would permit that of {year})"),
    mark("exceptions permit {sets}, which are not comparable"),
    mark("take back all but one"),
    mark("none ships"),
    mark("{set} holds it per {units}, not per {unit}"),
    mark("no global warming potential of {gas} in {edition}: {why}"),
    mark("no global warming potential of {gas} ships"),
    mark("no factor of {what} per {unit}: those that ship are per unit of energy"),
    mark(
        "no factor of {what} per {unit}: the only density at hand, 0.913 kg/L, is not that of road diesel, about "
        "0.84 kg/L (the exception '{name}' would permit it)"
    ),
    mark("give the mass, or put the factor, with its source, in a CSV file in the workspace's factors/ folder"),
    mark(
        "no factor of {what} per kWh in {place}: the unit does not say whether the energy is on the gross or net "
        "calorific value, and no convention of billing is declared for {nation}"
    ),
    mark("write the unit as kWh_gross or kWh_net"),
    mark("no residual mix for {place} in {year}: none is published, or none ships"),
    mark(
        "no residual mix for {place} in {year}: it is held for {years} only (the exception '{name}' would permit "
        "that of {other})"
    ),
    mark("taken as CO2 alone, which the source's word CO2e is not known to mean"),
    mark("the national average without market-traded non-fossil electricity, which stands for a residual mix"),
    mark("transport to the treatment and, for landfill, its gas: not comparable with the Waste Reduction Model"),
    mark("by the Waste Reduction Model, a landfill over its life: not comparable with the UK Government's factors"),
    mark("published for business travel; a car emits the same whoever owns it"),
    mark("factors of waste by the UK Government and by the Waste Reduction Model are not comparable"),
    mark("the row {name}, which the line names itself"),
    mark("its value is of {year}, the activity of {other}"),
    mark("there is no factor row {name}"),
    mark("the row {name} counts the whole life cycle: it is no factor of {what}"),
    mark("the row {name} ({unit}) is no emission factor"),
    mark("the row {name} is per {unit}, and the line counts {other}"),
    mark("no activity kind {kind}; there are {kinds}"),
    mark("{what}: a line states its emissions, and takes no factor"),
    mark("{what}: there is no item {item}"),
    mark("{what}: the unit {unit} is not known"),
    mark("{what}: {unit} does not count it; {units} do"),
)
