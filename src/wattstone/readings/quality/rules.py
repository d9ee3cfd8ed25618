"""What counts as doubtful: every threshold of the quality rules, with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Thresholds of `flag_readings`.

    Parameters
    ----------
    sturdy : float
        A series never comes near zero when the 2 % quantile of its non-zero values is at least this many of its
        smallest steps: a load that shows five counts in its lowest hours does not show none by rounding. [counts]
    sturdy_share : float
        A series that is at rest for more than this share of the partition does come near zero (not looked at for kinds
        with a base load, where so many zeros are holes). [1]
    lone_activity : float
        In a series that never comes near zero, a zero run is missing data when at comparable times (the same hours of
        the days and weeks around it) at least this share of the readings was not zero. [1]
    live_hours : float
        A run of zeros this long in a meter of a base-load kind is missing data even if the series comes near zero at
        night: a night does not last so long. [h]
    sturdy_hours : float
        The same for a meter of a base-load kind whose series never comes near zero: holes that come day after day would
        otherwise be each other's precedent. Longer than the noon at which own PV covers the load. [h]
    run_hours : float
        In meters that do rest (gas, heat), a run that cost less than this many busy hours is never doubted unless the
        series never comes near zero, since boilers cycle. [h]
    season_days : float
        In meters that do rest, longer runs are a season of rest, not missing data. [d]
    activity : float
        In meters that do rest, a run is missing data when the meter was busy at least this share of the time at every
        comparable time around it but one (a second hole nearby must not hide the first). [1]
    level : float
        In meters that do rest, and for runs of more than a week, the mean of the week before and of the week after the
        run must each be at least this share of the mean over the partition: heating that is switched off in May rests
        from a low level, a logger that fails in January does not. [1]
    edge_level : float
        The same for a run that touches an end of the partition, where one side alone can speak. [1]
    side_days : float
        How long "before" and "after" a run last. [d]
    spike_points : int
        With fewer non-zero values in the partition a robust scale is not to be had, and spikes are told by the meter's
        declared cap or by its known high value alone; a day of 96 values is too few, a week of hours is enough.
    spike_reach : float
        A spike is above the 99 % quantile of the non-zero values by more than this many times the distance from their
        median to that quantile. Morning peaks come every day, so they are part of the quantile. [1]
    spike_ratio : float
        And it is above this many times the 99 % quantile. [1]
    spike_share : float
        What is more frequent than this is not a spike but a second way of running. [1]
    stuck_hours : float
        The same non-zero value for less than this is never doubted. [h]
    stuck_ratio : float
        It must also last this many times longer than the meter's usual repeats (the 95 % quantile of them, by rows): a
        meter that gives each value four times, or has a coarse counter, repeats by nature. [1]
    stuck_counts : float
        And it must stand at this many smallest steps or more: a coarse counter holds small counts for long. [counts]
    long_ratio : float
        An interval is long above this many times the partition's median interval. [1]
    """

    sturdy: float = 5.0
    sturdy_share: float = 0.2
    lone_activity: float = 0.95
    live_hours: float = 24.0
    sturdy_hours: float = 12.0
    run_hours: float = 6.0
    season_days: float = 60.0
    activity: float = 0.4
    level: float = 0.3
    edge_level: float = 1.0
    side_days: float = 7.0
    spike_points: int = 160
    spike_reach: float = 3.0
    spike_ratio: float = 2.0
    spike_share: float = 0.002
    stuck_hours: float = 12.0
    stuck_ratio: float = 6.0
    stuck_counts: float = 20.0
    long_ratio: float = 1.5
