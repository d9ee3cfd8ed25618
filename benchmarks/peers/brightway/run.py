"""brightway on a small supply chain with loops, and by Monte Carlo: `tools/peers.sh brightway`."""

from collections.abc import Iterator

from benchmarks.measuring import side
from benchmarks.peers.brightway import ours
from benchmarks.peers.comparing import Disagreement, Row, agreement, main
from benchmarks.tables import Setting

DRAWS, FEW = 10_000, 500
CLOSE = 4.0  # standard errors that two simulations may be apart
_HERE = "benchmarks.peers.brightway"


def study(python: str, setting: Setting) -> Iterator[Row]:
    """Emissions by three methods, then the uncertainty of the whole."""
    warming = ours.warming()
    peer = side(f"{_HERE}.worker:scores", warming, python=python).result
    for method, told in (*ours.scores(), ("bill_of_materials", ours.bill())):
        yield Row(
            f"6 products from cradle to gate, purchases of 12 sites, and the whole: {method.replace('_', ' ')}",
            f"{peer['all']:.6g} kg CO2e",
            f"{told['all']:.6g} kg CO2e",
            agreement=agreement(told, peer),
        )
    draws = FEW if setting.small else DRAWS
    theirs = side(f"{_HERE}.worker:drawn", warming, draws, 1, python=python)
    mine = side(f"{_HERE}.ours:drawn", draws, 1)
    yield Row(
        f"standard deviation over the mean, {draws:,} draws (exact: {_relative(*mine.result['exact']):.4f})",
        f"{_relative(theirs.result['mean'], theirs.result['sd']):.4f}",
        f"{_relative(mine.result['mean'], mine.result['sd']):.4f}",
        f"{mine.cpu / theirs.cpu:.2g} times the CPU",
        apart(mine.result, theirs.result, draws),
    )
    yield Row("quantiles of 5, 50, 95 %, t CO2e", *(_tonnes(one.result["quantiles"]) for one in (theirs, mine)))
    yield Row("the simulation", *(f"{one.cpu:.2f} CPU-s, {one.peak:.2f} GB" for one in (theirs, mine)))


def apart(ours: dict, peer: dict, draws: int) -> str:
    """How far two simulations are apart, in the standard errors of their difference.

    Raises
    ------
    Disagreement
        If mean, standard deviation or a quantile are further apart than `CLOSE`.

    Notes
    -----
    In standard deviations of the total, the error of a mean is 1, of a standard deviation 0.8, of the median 1.25, of
    the outer quantiles 2.1 over the root of the draws: those of a normal distribution, with some room for skewness.
    """
    unit = peer["sd"] * (2 / draws) ** 0.5
    pairs = [(ours["mean"], peer["mean"], 1.0), (ours["sd"], peer["sd"], 0.8)]
    pairs += [
        (*pair, error) for *pair, error in zip(ours["quantiles"], peer["quantiles"], (2.1, 1.25, 2.1), strict=True)
    ]
    worst = max(abs(one - other) / (error * unit) for one, other, error in pairs)
    if worst > CLOSE:
        raise Disagreement(f"the simulations are {worst:.1f} standard errors apart, more than {CLOSE:.0f}")
    return f"mean, deviation and quantiles at most {worst:.1f} standard errors apart"


def _relative(mean: float, sd: float) -> float:
    return sd / mean


def _tonnes(kilograms: list[float]) -> str:
    return ", ".join(f"{value / 1000:.1f}" for value in kilograms)


if __name__ == "__main__":
    main("brightway", study)
