"""Groups of meters whose hours fit into memory."""

from collections.abc import Iterator, Sequence

from wattstone.inventory.plan import Stream

CELLS = 450_000_000  # hours of meters that are held at once: 2.3 GB


def grouped(streams: Sequence[Stream], hours: int) -> Iterator[list[Stream]]:
    """Meters in groups whose hours fit into memory; the meters of a site stay together."""
    by_site: dict[str, list[Stream]] = {}
    for one in streams:
        by_site.setdefault(one.site.id, []).append(one)
    most = max(CELLS // hours, 1)
    group: list[Stream] = []
    for site in by_site.values():
        if group and len(group) + len(site) > most:
            yield group
            group = []
        group += site
    if group:
        yield group
