"""The product's functions against the cases of a peer, MEASUR: what disagrees, what departs and why.

    python tests/oracles/measur.py CASES.json

CASES.json is in the form of ../shared/facts/measur_cases.json. Every disagreement is printed; the last line is
`N of M agree, K departures, U not understood`. Exit 1 if a case disagrees that is no documented departure
(docs/oracles.md). A departure counts as one only if the peer's own formula, kept in these adapters, gives what the case
expects.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np  # noqa: E402

from tests.oracles import measur_air, measur_compressor, measur_cooling, measur_leaks, measur_process  # noqa: E402
from tests.oracles.measur_case import Inputs, Kind, NotUnderstood, Result, Tolerance, compare  # noqa: E402

KINDS: tuple[Kind, ...] = (
    *measur_air.KINDS,
    *measur_leaks.KINDS,
    *measur_compressor.KINDS,
    *measur_cooling.KINDS,
    *measur_process.KINDS,
)

Verdict = Literal["agrees", "departs", "disagrees", "not understood"]


@dataclass
class Judged:
    """What became of a case."""

    verdict: Verdict
    kind: str = ""
    lines: list[str] = field(default_factory=list)
    departures: set[str] = field(default_factory=set)


def judge(case: Any) -> Judged:
    """Run one case on the product and compare."""
    try:
        if not isinstance(case, Mapping) or not isinstance(case.get("inputs"), Mapping):
            raise NotUnderstood("no inputs")
        expected = case.get("expected")
        if not isinstance(expected, Mapping) or not expected:
            raise NotUnderstood("nothing expected")
        inputs = case["inputs"]
        known = [one for one in KINDS if one.is_of(inputs, expected)]
        if len(known) != 1:
            raise NotUnderstood(f"{len(known)} kinds have these inputs and results")
        with np.errstate(all="ignore"):
            result = known[0].run(Inputs(inputs))
        return _compared(known[0], expected, result, Tolerance.of(case.get("tolerance")))
    except NotUnderstood as why:
        return Judged("not understood", lines=[str(why)])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as fault:
        return Judged("not understood", lines=[f"malformed: {type(fault).__name__}: {fault}"])


def _compared(known: Kind, expected: Mapping[str, Any], result: Result, tolerance: Tolerance) -> Judged:
    if missing := sorted(set(expected) - set(result.values)):
        raise NotUnderstood(f"results {', '.join(missing)}")
    judged = Judged("agrees", known.name)
    for key, one in expected.items():
        own = [f"{key}: {text}" for text in compare(one, result.values[key], tolerance)]
        if not own:
            continue
        parity = result.parity.get(key)
        if parity is not None and not list(compare(one, parity.value, tolerance)):
            judged.departures.add(parity.departure)
            judged.verdict = "departs" if judged.verdict == "agrees" else judged.verdict
        else:
            judged.verdict = "disagrees"
            judged.lines += own
    return judged


def report(cases: Sequence[Any], *, verbose: bool = False) -> tuple[list[str], int]:
    """Lines to print, and the exit code."""
    counts: Counter[Verdict] = Counter()
    why: Counter[str] = Counter()
    lines: list[str] = []
    for at, case in enumerate(cases):
        judged = judge(case)
        counts[judged.verdict] += 1
        why.update(judged.departures if judged.verdict == "departs" else ())
        if judged.verdict in {"disagrees", "not understood"} or verbose:
            name = case.get("name", "") if isinstance(case, Mapping) else ""
            lines.append(f"case {at} {name} ({judged.kind or 'no kind'}) {judged.verdict}{_why(judged)}")
            lines += [f"    {line}" for line in judged.lines]
    lines += [f"departure {name}: {count}" for name, count in sorted(why.items())]
    agree, departs, unknown = (counts[one] for one in ("agrees", "departs", "not understood"))
    lines.append(f"{agree} of {len(cases)} agree, {departs} departures, {unknown} not understood")
    return lines, 1 if counts["disagrees"] else 0


def _why(judged: Judged) -> str:
    return f": {', '.join(sorted(judged.departures))}" if judged.departures else ""


def read(path: Path) -> list[Any]:
    """The cases of a file; the weather that they name lies beside it or in ../shared/facts."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    cases = raw.get("cases") if isinstance(raw, Mapping) else raw
    if not isinstance(cases, list):
        raise SystemExit(f"{path}: no list of cases")
    measur_process.weather_folders[:] = [path.resolve().parent, ROOT.parent / "shared" / "facts"]
    return cases


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the file, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--verbose", action="store_true", help="name every case, not those that disagree alone")
    given = parser.parse_args(arguments)
    lines, code = report(read(given.cases), verbose=given.verbose)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
