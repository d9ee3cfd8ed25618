"""Long lists a page at a time: an opaque cursor that holds the place after which the next page begins [1]_.

References
----------
.. [1] RFC 8288, "Web Linking," IETF, 2017: the `Link` header names the next page.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from starlette.requests import Request

from wattstone.base import Finding
from wattstone.interfaces.http.problems import Problem

LIMIT, MOST = 100, 1000
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Some rows of a list.

    Parameters
    ----------
    rows : list
        At most `limit` of them.
    total : int
        Rows of the whole list, after its filters.
    next : str or None
        Cursor of the page after this one.
    """

    rows: list[Any]
    total: int
    next: str | None

    def as_dict(self, name: str) -> dict[str, Any]:
        """For machines: the rows under their name, as the command line has them, and where the next page begins."""
        return {name: self.rows, "total": self.total, "next": self.next}


def page_of(
    rows: Iterable[Any],
    *,
    order: str,
    known: Sequence[str],
    key: str = "id",
    cursor: str | None = None,
    limit: int = LIMIT,
    about: Mapping[str, Any] | None = None,
    ordered: bool = False,
) -> Page:
    """A page of rows in an order.

    Rows are ordered by a column and, where that says the same, by their key; a row that is added or removed meanwhile
    moves no other row to another page.

    Parameters
    ----------
    rows : iterable of mapping or object
        All that passed the filters.
    order : str
        A column; `-column` for falling.
    known : sequence of str
        Columns that may order.
    key : str
        Column that no two rows share.
    cursor : str or None
        `next` of the page before.
    limit : int
        Rows of a page, 1 to 1000.
    about : mapping or None
        The filters: a cursor serves the list alone that it was made for.
    ordered : bool
        Whether the rows come in this order, by `place_of`.

    Raises
    ------
    Problem
        422 where the order is not known or the cursor is another list's.
    """
    column, falling = order.removeprefix("-"), order.startswith("-")
    if column not in known:
        raise Problem(status=422, findings=[_unknown_order(order, known)])
    held = list(rows)
    if not ordered:
        held.sort(key=place_of(column, key), reverse=falling)
    digest = _digest(order, about or {})
    begin = 0
    if cursor is not None:
        after = _read(cursor, digest)
        begin = _first_after(held, place_of(column, key), after, falling=falling)
    some = held[begin : begin + limit]
    more = begin + limit < len(held)
    return Page(some, len(held), _write(place_of(column, key)(some[-1]), digest) if more else None)


def page_behind(
    rows: Callable[[str], tuple[list[Any], int]],
    *,
    order: str,
    key: str,
    cursor: str | None = None,
    limit: int = LIMIT,
    about: Mapping[str, Any] | None = None,
) -> Page:
    """A page that is cut where the rows are kept.

    Parameters
    ----------
    rows : callable
        Gives the rows behind a key, one more than the limit where there are as many, and how many there are in all;
        an empty key is before the first.
    order, key, cursor, limit, about
        As for `page_of`; ordered by the key, text.

    Raises
    ------
    Problem
        422 where the cursor is another list's.
    """
    digest = _digest(order, {**(about or {}), "cut": "kept"})
    after = "" if cursor is None else str(_read(cursor, digest)[5])
    held, total = rows(after)
    some = held[:limit]
    return Page(some, total, _write(place_of(key, key)(some[-1]), digest) if len(held) > limit else None)


def _first_after(held: list[Any], place: Callable[[Any], tuple[Any, ...]], after: Any, *, falling: bool) -> int:
    """The first row beyond a place, by halving: lists are long."""
    low, high = 0, len(held)
    while low < high:
        middle = (low + high) // 2
        here = place(held[middle])
        passed = here >= after if falling else here <= after
        low, high = (middle + 1, high) if passed else (low, middle)
    return low


def link_header(request: Request, page: Page) -> dict[str, str]:
    """The header that names the next page, where there is one."""
    if page.next is None:
        return {}
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return {"Link": f'<{request.url.path}?{urlencode([*asked, ("cursor", page.next)])}>; rel="next"'}


def place_of(column: str, key: str = "id") -> Callable[[Any], tuple[Any, ...]]:
    """Where a row stands: what is not known first, numbers before texts, the key last.

    Parameters
    ----------
    column, key : str
        Keys of a mapping, or attributes of anything else.
    """

    def place(row: Any) -> tuple[Any, ...]:
        if isinstance(row, Mapping):
            held = cast("Row", row)
            return (*_rank(held.get(column)), *_rank(held.get(key)))
        return (*_rank(getattr(row, column, None)), *_rank(getattr(row, key)))

    return place


def _rank(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, bool | int | float):
        return (1, float(value), "") if value == value else (0, 0.0, "")  # NaN stands with what is not known
    return (2, 0.0, str(value))


def _digest(order: str, about: Mapping[str, Any]) -> str:
    said = json.dumps([order, sorted((name, str(value)) for name, value in about.items() if value is not None)])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _write(place: tuple[Any, ...], digest: str) -> str:
    content = json.dumps([digest, place], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _read(cursor: str, digest: str) -> tuple[Any, ...]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        column_kind, column_number, column_text, key_kind, key_number, key_text = place
        read = (
            int(column_kind), float(column_number), str(column_text), int(key_kind), float(key_number), str(key_text),
        )  # fmt: skip
    except (ValueError, TypeError, UnicodeError, binascii.Error, OverflowError, RecursionError):
        raise Problem(status=422, findings=[_strange_cursor()]) from None
    if made_for != digest:
        raise Problem(status=422, findings=[_strange_cursor()])
    return read


def _strange_cursor() -> Finding:
    return Finding(
        code="page.cursor",
        place="query, cursor",
        found="the cursor was not made by this list with these filters and this order",
        params={"pointer": "query:cursor"},
        expected="`next` of the page before, with the same filters and order",
        remedy="leave the cursor out to begin again",
    )


def _unknown_order(order: str, known: Sequence[str]) -> Finding:
    return Finding(
        code="page.order",
        place="query, sort",
        found="the list cannot be ordered by '{order}'",
        params={"order": order[:100], "known": ", ".join(known), "pointer": "query:sort"},
        expected="one of {known}, with a minus before it for falling",
        remedy="name one of them",
    )
