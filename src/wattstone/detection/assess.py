"""All detectors over some sites."""

from collections.abc import Callable

import polars as pl

from wattstone.detection.candidate import Candidate
from wattstone.detection.findings import findings
from wattstone.detection.metering import clock_faults, meter_faults
from wattstone.detection.moments import heating_and_cooling, peak_events
from wattstone.detection.peers import CODES, REFERENCE, above_peers
from wattstone.detection.physical import drifts, lights_by_day, out_of_hours, water_leaks
from wattstone.detection.solar import pv_shortfalls
from wattstone.detection.view import View
from wattstone.detection.worth import Rates, unpriced

DETECTORS: tuple[Callable[[View], list[Candidate]], ...] = (
    lights_by_day,
    out_of_hours,
    drifts,
    water_leaks,
    pv_shortfalls,
    meter_faults,
    clock_faults,
    peak_events,
    heating_and_cooling,
)


def assess(view: View, rates: Rates | None = None, reference: pl.DataFrame | None = None) -> pl.DataFrame:
    """What is wasted and what is broken at some sites.

    Parameters
    ----------
    view : View
        Their hours, with all meters of each site.
    rates : Rates or None
        What energy costs and emits; findings have energy alone where None.
    reference : polars.DataFrame or None
        Yardsticks of the peers, schema `peers.REFERENCE`; nothing is compared where None.

    Returns
    -------
    polars.DataFrame
        Schema `findings.FINDINGS`, in no order of importance: `ranked` gives one.
    """
    found = [one for detector in DETECTORS for one in detector(view)]
    found += above_peers(view, pl.DataFrame(schema=REFERENCE) if reference is None else reference)
    return findings(view, found, unpriced(view) if rates is None else rates)


def ranked(frame: pl.DataFrame, by: str = "money") -> pl.DataFrame:
    """Findings by what they are worth, times how sure they are; meters at fault by what they did not measure.

    What is told by comparison with peers alone comes last: there may be a reason for it.

    Parameters
    ----------
    frame : polars.DataFrame
        Schema `FINDINGS`.
    by : {'money', 'kg', 'energy'}
        What counts; where it is not known for any finding, the energy.

    Returns
    -------
    polars.DataFrame
        With `rank` from 1.
    """
    chosen = by if frame[by].is_not_null().any() else "energy"
    worth = pl.col(chosen).fill_null(0.0) * pl.col("confidence")
    order = frame.with_columns(worth.alias("_worth"), (pl.col("at_stake") * pl.col("confidence")).alias("_stake"))
    told = pl.col("code").is_in(list(CODES.values()))
    ordered = order.sort(told, "_worth", "_stake", "meter_id", "code", descending=[False, True, True, False, False])
    return ordered.drop("_worth", "_stake").with_row_index("rank", offset=1)
