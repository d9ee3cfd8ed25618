"""Forms in which the notes and reasons of factories, indicators, carbon and condition come."""

__all__ = ["GREEN"]


def mark(message: str) -> str:
    """Name a message for the extraction, as `languages.mark`, which reads these forms."""
    return message


GREEN = (
    mark("a criterion is insufficient: by the rule entered, not in adherence"),
    mark("added in the year, gross"),
    mark("areas in action and verified"),
    mark("areas that are planned or under agreement"),
    mark("at least one site does not say what it needs"),
    mark("listed at the end of the year"),
    mark("net growth of the list: of its totals, after removals"),
    mark("no criterion is insufficient by the rule entered"),
    mark("no evidence is given"),
    mark("no hectares or no start are known for any of its entries"),
    mark("no reference levels or no hectares are known"),
    mark("no scoring rule of the edition is entered; points and bands are not assumed"),
    mark("nothing is given below the base value, which is an assumption"),
    mark("own sites on the list"),
    mark("removed in the year"),
    mark("the last day of the commitment has passed"),
    mark("the total of the accounts is not given; the sum of the items is no denominator, since items are a choice"),
    mark("areas without a condition: {count}"),
    mark("basic requirements not met or not answered: {names}"),
    mark("boundary: {text}"),
    mark("by the table {table}, GB/T 36132-{edition}"),
    mark("by {taxonomy}; each amount counts once"),
    mark("definition: {text}"),
    mark("entries in no sum, for want of hectares or a start: {count}"),
    mark("entries whose permanence or leakage is not assessed: {count}"),
    mark("indicators that are not rated yet: {count}"),
    mark("no answer or no value for {names}"),
    mark("no interval; entries without one, or with a range alone: {count}"),
    mark("of {commitment}: {promise} promised"),
    mark("owner: {text}"),
    mark("source: {source}"),
    mark("the share of the weight at the base value is not given for {names}, and none is assumed"),
    mark("the weights of the table {table} add to {weights}, not to 100"),
    mark("basic requirements are not met or not answered: {names}; one that is not met ends the assessment"),
    mark("{metric}; it enters no sum"),
    mark("{part} of the hours are estimated"),
    mark("{project}: {evidenced} of {rated} ratings have evidence"),
    mark("{variable} in {ecosystem}, of {hectares} ha"),
)
