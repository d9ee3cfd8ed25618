"""The calendar of holidays of each site."""

from collections.abc import Iterable

from wattstone.portfolio import Site
from wattstone.rates.calendars import Calendar, calendar_of, read_calendars, shipped_calendars
from wattstone.workflows.workspace import Workspace


def calendars_of(workspace: Workspace, sites: Iterable[Site], years: Iterable[int]) -> dict[str, Calendar]:
    """The calendar of each site that has one: the workspace's own, else one that is shipped, else the library's.

    Parameters
    ----------
    workspace : Workspace
        With `calendars/`.
    sites : iterable of Site
        Whose.
    years : iterable of int
        Local years that are looked at.

    Returns
    -------
    dict of str to Calendar
        By site; sites without a calendar are left out.
    """
    known = (*read_calendars(workspace.calendar_files), *shipped_calendars())
    named = {name for one in known for name in one.sites}
    wanted = tuple(years)
    shared: dict[tuple[str | None, str], Calendar | None] = {}
    found: dict[str, Calendar] = {}
    for site in sites:
        key = site.country, site.id if site.id in named else ""
        if key not in shared:
            shared[key] = calendar_of(known, country=site.country, site_id=site.id, years=wanted)
        if (calendar := shared[key]) is not None:
            found[site.id] = calendar
    return found
