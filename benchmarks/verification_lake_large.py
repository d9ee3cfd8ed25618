"""The same of 10,000 hourly meters, for memory; only when it is asked for: it takes gigabytes of disk."""

from collections.abc import Iterator

from benchmarks.tables import Row, Setting
from benchmarks.verification_lake import LARGE, RATES, row_of


def run(setting: Setting) -> Iterator[Row]:
    """Hours alone."""
    yield row_of(setting, "hourly", 20 if setting.small else LARGE, RATES["hourly"])
