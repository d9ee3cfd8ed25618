"""Claims: of no instrument more than there is, over all years together."""

from collections.abc import Mapping, Sequence

from wattstone.base import Finding
from wattstone.inventory.instruments import Claim

_ROUNDING = 1e-6  # of the volume


def over_claimed(
    claims: Sequence[Claim], volumes: Mapping[str, float | None], before: Mapping[str, float]
) -> list[Finding]:
    """Claims that go beyond what is left of their instruments.

    Parameters
    ----------
    claims : sequence of Claim
        Of one year.
    volumes : mapping
        By instrument; None where it has none, and then nothing bounds it. One that is not named is not there. [kWh]
    before : mapping
        By instrument: what other years claim. [kWh]

    Returns
    -------
    list of Finding
        Each says what is left.

    Examples
    --------
    >>> from datetime import datetime
    >>> claim = Claim(instrument="go", year=2023, energy=800.0, claimed_by="Li", claimed_at=datetime(2024, 2, 1))
    >>> print(over_claimed([claim], {"go": 1000.0}, {"go": 700.0})[0].text())
    contract 'go': 800 kWh are claimed for 2023, and 300 kWh are left of it. Expected: a claim within what is left. \
To mend it: claim less, or take back what another year claims.
    """
    found: list[Finding] = []
    for one in claims:
        if one.instrument not in volumes:
            found.append(
                Finding(
                    code="contract.unknown",
                    place=f"contract '{one.instrument}'",
                    found="there is no such contract or certificate",
                    expected="an id that `wattstone contract list` shows",
                    remedy="add it first, or correct the id",
                )
            )
            continue
        volume = volumes[one.instrument]
        if volume is None:
            continue
        left = max(volume - before.get(one.instrument, 0.0), 0.0)
        if one.energy > left + _ROUNDING * volume:
            found.append(
                Finding(
                    code="contract.over_claimed",
                    place=f"contract '{one.instrument}'",
                    found="{claimed} kWh are claimed for {year}, and {left} kWh are left of it",
                    params={"claimed": f"{one.energy:.10g}", "year": one.year, "left": f"{left:.10g}"},
                    expected="a claim within what is left",
                    remedy="claim less, or take back what another year claims",
                )
            )
    return found
