"""What was planted, so that what is found can be judged."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

TRUTH = "truth"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A planted fault.

    Parameters
    ----------
    id : str
        `fault-001`.
    kind : str
        One of `wattstone.simulation.KINDS`.
    site_id, meter_id : str
        Where it is planted.
    start, end : datetime
        Naive UTC; `end` is no longer part of it.
    unit : str
        Unit of `effect`.
    effect : float
        Sum of reading minus true value over the fault (a missing reading counts as 0); for a register, the step.
    also : mapping
        Other meters that it changes, such as the main meter upstream, and the effect on each.
    description : str
        In words.
    """

    id: str
    kind: str
    site_id: str
    meter_id: str
    start: datetime
    end: datetime
    unit: str
    effect: float
    also: dict[str, float] = field(default_factory=dict[str, float])
    description: str


@dataclass(frozen=True, kw_only=True)
class Retrofit:
    """A measure that was carried out.

    Parameters
    ----------
    id : str
    site_id, meter_id : str
        The meter behind which the measure lies.
    measure : str
        In words.
    start, end : datetime
        The works, naive UTC; all of the saving from `end` on.
    saving : float
        True saving from `end` to the end of the readings: what would have been used, minus what was used. [kWh]
    during : float
        True saving during the works. [kWh]
    also : mapping
        Other meters that it changes, and the true saving on each from `end` on. [kWh]
    """

    id: str
    site_id: str
    meter_id: str
    measure: str
    start: datetime
    end: datetime
    saving: float
    during: float
    also: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, kw_only=True)
class Truth:
    """All that was planted in a simulated portfolio."""

    plan: dict[str, Any]
    readings: int
    faults: tuple[Fault, ...]
    retrofits: tuple[Retrofit, ...]

    def write(self, folder: Path) -> None:
        """Write `truth.json` into the folder of the truth."""
        text = json.dumps({"simulated": True, **asdict(self)}, default=_plain, indent=2, ensure_ascii=False)
        folder.joinpath("truth.json").write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def read_truth(folder: Path) -> Truth:
    """Read the truth of a generated folder.

    Parameters
    ----------
    folder : Path
        As given to `generate`.

    Returns
    -------
    Truth
    """
    content = json.loads(folder.joinpath(TRUTH, "truth.json").read_text(encoding="utf-8"))

    def timed(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, **{key: datetime.fromisoformat(row[key]) for key in ("start", "end")}}

    return Truth(
        plan=content["plan"],
        readings=content["readings"],
        faults=tuple(Fault(**timed(row)) for row in content["faults"]),
        retrofits=tuple(Retrofit(**timed(row)) for row in content["retrofits"]),
    )
