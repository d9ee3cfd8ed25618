"""A small Green Button feed, built entry by entry so that tests can put the entries in any order."""

from collections.abc import Sequence

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
TAIL = "</feed>"
POINT = "/espi/1_1/resource/RetailCustomer/9/UsagePoint/5"


def entry(self_: str, up: str, content: str, *, related: Sequence[str] = (), title: str = "") -> str:
    links = f'<link rel="self" href="{self_}"/><link rel="up" href="{up}"/>'
    links += "".join(f'<link rel="related" href="{one}"/>' for one in related)
    return f"<entry><id>urn:uuid:1</id>{links}<title>{title}</title><content>{content}</content></entry>"


def usage_point(title: str = "Front Electric Meter", point: str = POINT) -> str:
    content = '<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>'
    return entry(point, point.rpartition("/")[0], content, related=[f"{point}/MeterReading"], title=title)


def meter_reading(number: int = 1, type_: int = 7, point: str = POINT) -> str:
    self_ = f"{point}/MeterReading/{number}"
    return entry(
        self_,
        f"{point}/MeterReading",
        '<MeterReading xmlns="http://naesb.org/espi"/>',
        related=[f"{self_}/IntervalBlock", f"/espi/1_1/resource/ReadingType/{type_}"],
    )


def reading_type(number: int = 7, **fields: int) -> str:
    given = {"accumulationBehaviour": 4, "commodity": 1, "flowDirection": 1, "intervalLength": 900} | fields
    content = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
    address = f"/espi/1_1/resource/ReadingType/{number}"
    return entry(
        address, address.rpartition("/")[0], f'<ReadingType xmlns="http://naesb.org/espi">{content}</ReadingType>'
    )


def block(
    readings: Sequence[tuple[int, int, int]], number: int = 1, point: str = POINT, quality: int | None = None
) -> str:
    """Interval readings as (start, duration, value)."""
    marked = "" if quality is None else f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>"
    content = "".join(
        f"<IntervalReading>{marked}<timePeriod><duration>{duration}</duration><start>{start}</start></timePeriod>"
        f"<value>{value}</value></IntervalReading>"
        for start, duration, value in readings
    )
    up = f"{point}/MeterReading/{number}/IntervalBlock"
    return entry(f"{up}/1", up, f'<IntervalBlock xmlns="http://naesb.org/espi">{content}</IntervalBlock>')


def feed(*entries: str) -> str:
    return HEAD + "".join(entries) + TAIL
