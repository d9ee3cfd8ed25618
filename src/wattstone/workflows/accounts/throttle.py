"""Slowing down whoever guesses: some attempts are free, then each failure doubles the wait."""

from dataclasses import dataclass

from wattstone.base.errors import InputRefused
from wattstone.base.finding import Finding

__all__ = ["Pace", "TooMany"]


class TooMany(InputRefused):
    """There were too many attempts. Nothing was tried.

    Parameters
    ----------
    wait : float
        Until the next one. [s]
    """

    def __init__(self, wait: float) -> None:
        self.wait = wait
        finding = Finding(
            code="account.too_many",
            place="sign-in",
            found="there were too many attempts that failed",
            expected="a pause of {seconds} {seconds:second|seconds}",
            remedy="wait, or ask an administrator for a link to set a new password",
            params={"seconds": max(1, round(wait))},
        )
        super().__init__([finding])

    def __reduce__(self) -> tuple[type["TooMany"], tuple[float]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Pickle the wait."""
        return type(self), (self.wait,)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast attempts under one name may follow each other; how many there were is kept by the store.

    Parameters
    ----------
    free : int
        Failures that cost nothing.
    first, most : float
        The wait after the next one, and the longest. [s]
    forgets : float
        A name that was quiet for so long begins anew. [s]

    Examples
    --------
    >>> [Pace(free=2).wait(failures, since=0.5) for failures in (1, 2, 3, 30)]
    [0.0, 0.5, 1.5, 899.5]
    """

    free: int = 5
    first: float = 1.0
    most: float = 900.0
    forgets: float = 3600.0

    def wait(self, failures: int, *, since: float) -> float:
        """How long until the next attempt is made; 0 for now. [s]

        Parameters
        ----------
        failures : int
            So far.
        since : float
            Since the last one. [s]
        """
        if failures < self.free or since > self.forgets:
            return 0.0
        pause = min(self.most, self.first * 2.0 ** min(failures - self.free, 30))
        return max(0.0, pause - since)
