"""The system's clocks."""

import asyncio
import time
from datetime import UTC, datetime

from wattstone.workflows.live import Moment


class SystemClock:
    """Both clocks of this machine; waiting ends at once when the loop is to stop.

    Parameters
    ----------
    stop : asyncio.Event
        Set where the loop is to stop.
    """

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def now(self) -> Moment:
        """Look at both clocks."""
        return Moment(time.monotonic(), datetime.now(UTC).replace(tzinfo=None))

    async def wait_until(self, monotonic: float) -> bool:
        """Wait on the monotonic clock; False where the loop is to stop."""
        try:
            await asyncio.wait_for(self._stop.wait(), max(monotonic - time.monotonic(), 0.0))
        except TimeoutError:
            return True
        return False
