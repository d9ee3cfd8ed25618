"""Optimal chiller loading against a file of problems: `python tests/oracles/chiller_loading.py PROBLEMS.json`.

The file has the form of `../shared/facts/ocl_benchmarks.json`: `problems` (capacities, cubic coefficients) and
`results` (a load and its optimum). The part-load ratios at which a machine may run are read from the problem
(`least`, `most`) or from the text of `convention`. A point agrees when the total is within 0.01 kW of `optimum_kW`,
every machine takes 0 kW or more, an off machine takes 0 kW, and the loads add up. The last line is `N of M within
0.01 kW`; the exit code is 1 if a point is not.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from wattstone.base import InputRefused
from wattstone.dispatch.plant.loading import Chiller, Loaded, optimal_loading

TOLERANCE = 0.01
NUMBER = r"(\d*\.?\d+)\s*(%?)"
FORMS = (
    rf"{NUMBER}\s*(?:<=|≤|<)\s*(?:x|PLR|plr|ratio)\s*(?:<=|≤|<)\s*{NUMBER}",
    rf"(?:x|PLR|plr|ratio)\s*(?:in|between|from)\s*[\[(]?\s*{NUMBER}\s*(?:,|to|and|\.\.|-)\s*{NUMBER}",
    rf"on\s*(?:=>|means|:)\s*{NUMBER}\s*(?:to|and|\.\.|-)\s*{NUMBER}",
)


def ratios(text: str) -> tuple[float, float]:
    """Least and most ratio as the convention states them; nothing is guessed."""
    for form in FORMS:
        if found := re.search(form, text):
            low, low_unit, high, high_unit = found.groups()
            return float(low) / (100 if low_unit else 1), float(high) / (100 if high_unit else 1)
    raise SystemExit("the convention does not say between which ratios a machine runs, as `0.3 <= x <= 1`")


def chillers(problem: Mapping[str, Any], text: str) -> list[Chiller]:
    """The machines of a problem."""
    count = len(problem["cap"])
    stated = ratios(text) if not {"least", "most"} <= set(problem) else (0.0, 0.0)
    least = np.broadcast_to(problem.get("least", stated[0]), count)
    most = np.broadcast_to(problem.get("most", stated[1]), count)
    return [
        Chiller.cubic(f"{at + 1}", float(cap), co, least=float(least[at]), most=float(most[at]))
        for at, (cap, co) in enumerate(zip(problem["cap"], problem["co"], strict=True))
    ]


def sound(machines: list[Chiller], load: float, found: Loaded) -> bool:
    """Whether the schedule is one that can be run: off is 0 kW, nothing is negative, loads add up."""
    capacity = np.array([one.capacity for one in machines])
    off = found.ratio == 0
    inside = [off[at] or one.least - 1e-9 <= found.ratio[at] <= one.most + 1e-9 for at, one in enumerate(machines)]
    adds_up = abs(float(capacity @ found.ratio) - load) <= 1e-6 * max(load, 1.0)
    return adds_up and all(inside) and bool((found.power >= 0).all() and (found.power[off] == 0).all())


def checked(content: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """A line for every point of the file, and whether it agrees."""
    problems: Any = content["problems"]
    if not isinstance(problems, Mapping):
        problems = {one.get("id", one.get("name")): one for one in problems}
    for point in content["results"]:
        name, key = point["problem"], next(key for key in point if key.startswith("load"))
        problem, load = problems[name], float(point[key])
        machines = chillers(problem, str(problem.get("convention", content.get("convention", ""))))
        try:
            found = optimal_loading(machines, load)
        except InputRefused as refused:
            yield f"{name} {load:g}: refused: {' '.join(one.text() for one in refused.findings)}", False
            continue
        off_by = found.total - float(point["optimum_kW"])
        agrees = abs(off_by) <= TOLERANCE and sound(machines, load, found)
        plr = " ".join(f"{one:.5f}" for one in found.ratio)
        yield (
            f"{name} {load:g}: {found.total:.4f} kW, expected {point['optimum_kW']:.4f} ({off_by:+.4f}), "
            f"no less than {found.bound:.4f}, ratios {plr}{'' if agrees else '  DIFFERS'}",
            agrees,
        )


def main(arguments: list[str]) -> int:
    """Print every point; 1 if one disagrees or there is none."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    lines = list(checked(json.loads(Path(arguments[0]).read_text(encoding="utf-8"))))
    for text, _ in lines:
        print(text)
    agreed = sum(agrees for _, agrees in lines)
    print(f"{agreed} of {len(lines)} within {TOLERANCE:g} kW")
    return int(agreed < len(lines) or not lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
