"""Words of cold-and-heat plants: ways of running them, parts of a bill, what else could be done in an hour."""

from wattstone.dispatch.plant.result import Alternative
from wattstone.interfaces.present.languages import Translate, mark

WAYS = {
    "plan": mark("the plan"),
    "fewest": mark("rule of fewest machines"),
    "all_on": mark("rule of all machines alike"),
}
"""Ways of running a plant, by code."""

BILL = {
    "energy": mark("electricity and fuel"),
    "demand": mark("demand charge"),
    "starts": mark("starts"),
    "carbon": mark("price of carbon"),
    "water": mark("make-up water"),
}
"""Parts of a bill, by code."""

RULES = {
    "fewest": mark("rule of fewest machines: in list order, at equal load, as few as carry the demand"),
    "all_on": mark("rule of all machines alike: all of them run, at equal load"),
}
"""What the operators' rules do."""

STORAGE = {"idle": mark("stores rest"), "clock": mark("stores are filled in cheap hours of the day")}

_WHAT = {
    "equal": mark("the same machines at equal load"),
    "fewest": mark("fewest machines in list order"),
    "all_on": mark("all machines at equal load"),
    "storage_idle": mark("without the stores"),
}


def alternative_words(one: Alternative, t: Translate) -> str:
    """What else could be done in an hour."""
    kind, _, name = one.what.partition(":")
    if kind == "without":
        return t("without {machine}", machine=one.machine or name)
    if kind == "with":
        return t("with {machine} too", machine=one.machine or name)
    return t(_WHAT.get(kind, kind))
