"""Forms of reasons and notes of the register, exposures, scenarios and hazards of a climate report."""

__all__ = ["REGISTERS"]


def mark(message: str) -> str:
    """Name a message for the extraction, as `languages.mark`, which reads these forms."""
    return message


REGISTERS = (
    mark("energy of records on the gross calorific value is in it"),
    mark("energy of records on the net calorific value is in it"),
    mark("energy of records that do not say on which calorific value is in it"),
    mark("{amount} {unit} of {what} cannot be told in kWh: nothing at hand says what energy a unit of it holds"),
    mark("emissions of {what} are stated without an amount"),
    mark("{amount} {unit} of {what} at {value} kWh a unit, gross calorific value: {set}"),
    mark("{amount} {unit} of {what} at {value} kWh a unit, net calorific value: {set}"),
    mark("travel of own vehicles"),
    mark("amounts by volume or mass are told in kWh by published factors, on the gross calorific value"),
    mark("amounts by volume or mass are told in kWh by published factors, on the net calorific value"),
    mark("exposed from {threshold} {unit} on, by {layer}: {source}"),
    mark("{seen} of {sites} sites of the portfolio were looked at"),
    mark("the layer has no data at any site"),
    mark("the floor area of a site that was looked at is not known"),
    mark("its parts are in several currencies: {units}"),
    mark("its parts are told out of several denominators: {names}"),
    mark("no amount is entered of {denominator}"),
    mark("out of: {definition}"),
    mark("the amount exposed is more than the whole of {whole}"),
    mark("the denominator is in {other}, the amount in {unit}"),
    mark("the whole is told beside its parts, and would count twice"),
    mark("amounts are in several currencies: {units}"),
    mark("as the organisation estimates it; low and high are its range, no interval of a known probability"),
    mark("its price is in {other}, the scenario in {currency}"),
    mark("the inventory of {year} has no energy of {carrier}"),
    mark("neither a path nor a yearly change is entered for {driver}"),
    mark("nothing is said of which emissions the price meets"),
    mark("{name} is no total of the inventory"),
    mark("{one} and {other} count the same emissions twice"),
    mark("a straight line between the years that the path tells"),
    mark("as is to be expected of each measure, by its probability; the cost of measures is not in it"),
    mark("as they are: no driver of activity or of the grid is entered"),
    mark("at the price of the reporting year: no driver moves it"),
    mark("in money of the price year {year}, as the rate that was entered has it; nothing is discounted"),
    mark("one {money} is {rate} {currency}: {source}"),
    mark("{measure}: {tonnes} t CO2e less in {year}"),
    mark("{provider}, {model}, {edition}: {scenario}, {region}, {variable} in {unit}; {source}"),
    mark("{target}: {allowed} t CO2e are allowed in {year}"),
    mark("no values of {variable} are taken in for {scenario} of {provider}"),
    mark("the price is told in {unit}, which is not money for a tonne of CO2"),
    mark("values of {variable} for {scenario} are in several units: {units}"),
    mark("{variable} is told for {first} to {last}; {year} lies outside, and nothing is carried on beyond a path"),
)
