"""A small supply chain with loops, and what twelve sites buy of it.

The numbers are made: no publisher's, no database's. Both sides read this module; it needs nothing but the language.
"""

PROCESSES = ("electricity", "coal", "transport", "steel", "aluminium", "component")
"""One product each: kWh, kg, t km, kg, kg, piece."""

INPUTS: dict[tuple[str, str], float] = {
    ("coal", "electricity"): 0.35,
    ("steel", "electricity"): 0.0004,
    ("electricity", "coal"): 0.03,
    ("transport", "coal"): 0.2,
    ("electricity", "transport"): 0.02,
    ("steel", "transport"): 0.003,
    ("electricity", "steel"): 0.5,
    ("coal", "steel"): 0.6,
    ("transport", "steel"): 0.8,
    ("electricity", "aluminium"): 14.0,
    ("transport", "aluminium"): 1.1,
    ("steel", "component"): 2.5,
    ("aluminium", "component"): 0.8,
    ("electricity", "component"): 6.0,
    ("transport", "component"): 3.0,
}
"""Product that goes into a process, and how much of it for one unit: loops by way of coal, steel and transport."""

EMITTED: dict[str, dict[str, float]] = {
    "electricity": {"CO2": 0.05, "CH4": 0.0002},
    "coal": {"CO2": 0.02, "CH4": 0.009},
    "transport": {"CO2": 0.09, "N2O": 0.000004},
    "steel": {"CO2": 1.3},
    "aluminium": {"CO2": 1.6},
    "component": {"CO2": 0.4, "N2O": 0.00001},
}
"""Emitted by a process itself for one unit of its product. [kg]"""

SPREAD: dict[str, float] = {
    "electricity": 0.3,
    "coal": 0.25,
    "transport": 0.2,
    "steel": 0.1,
    "aluminium": 0.15,
    "component": 0.4,
}
"""Relative standard deviation of the emissions of a process; those of all its gases are one error."""

SITES = 12
BOUGHT: dict[str, dict[str, float]] = {
    f"site {number}": {
        "electricity": 20_000.0 * (1 + number % 5),
        "steel": 500.0 * (1 + number % 3),
        "aluminium": 120.0 * (number % 4),
        "component": 40.0 + 10 * number,
        "transport": 900.0 + 250 * (number % 7),
    }
    for number in range(SITES)
}
"""What each site buys in a year."""


def total() -> dict[str, float]:
    """What all sites buy together."""
    return {name: sum(of.get(name, 0.0) for of in BOUGHT.values()) for name in PROCESSES}
