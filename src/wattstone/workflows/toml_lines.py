"""Which line of a TOML text a finding is about."""

import re
from collections.abc import Iterator
from dataclasses import replace

from wattstone.base import Finding

__all__ = ["line_of", "placed", "with_values"]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*=\s*(.*)$")
_AT = re.compile(r"at line (\d+)")


def placed(finding: Finding, text: str) -> Finding:
    """The finding with `line` among its parameters, where the line is known."""
    stated = _AT.search(finding.say(finding.found))
    _, _, where = finding.place.partition(", ")
    line = int(stated[1]) if stated else line_of(text, where)
    return finding if line is None else replace(finding, params={**finding.params, "line": line})


def line_of(text: str, where: str) -> int | None:
    r"""The line of a key or table, as findings name it: `chiller.'CH 1'.capacity_kw`, `energy.price`, `battery.0.kw`.

    Parameters
    ----------
    text : str
        TOML.
    where : str
        Tables of an array by their `name`, their `id` or their number.

    Returns
    -------
    int or None
        From 1 on; the table where the key is not there; None where neither is.

    Examples
    --------
    >>> line_of('[a]\nx = 1\n[[b]]\nname = "one"\ny = 2\n', "b.'one'.y")
    5
    """
    steps = [one.strip("'\"") for one in re.findall(r"'[^']*'|\"[^\"]*\"|[^.]+", where)]
    if not steps or not where:
        return None
    known = dict(_lines(text))
    for length in range(len(steps), 0, -1):
        if (line := known.get(tuple(steps[:length]))) is not None:
            return line
    return None


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every key and table with its line; tables of an array by number, and by name or id as well."""
    table: tuple[str, ...] = ()
    others: list[tuple[str, ...]] = []
    counts: dict[tuple[str, ...], int] = {}
    begun = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.match(line)) is not None:
            path, begun, others = tuple(_parts(header[2])), number, []
            table = path
            if header[1] == "[[":
                counts[path] = counts.get(path, -1) + 1
                table = (*path, str(counts[path]))
                if counts[path] == 0:
                    yield path, number
            yield table, number
        elif (key := _KEY.match(line)) is not None:
            steps = tuple(_parts(key[1]))
            for one in (table, *others):
                yield (*one, *steps), number
            if steps in (("name",), ("id",)) and table and table[-1].isdigit():
                named = (*table[:-1], key[2].split("#")[0].strip().strip("'\""))
                others.append(named)
                yield named, begun


def _parts(path: str) -> list[str]:
    return [one.strip().strip("'\"") for one in re.findall(r"'[^']*'|\"[^\"]*\"|[^.]+", path)]


def with_values(text: str, values: dict[str, str]) -> str:
    r"""The text with other values at some keys; comments and all else stay as they were.

    Parameters
    ----------
    text : str
        TOML.
    values : dict of str to str
        By key, as `energy.price` or `battery.'b1'.power_kw`; a value in TOML's spelling. A key that is not there yet is
        written below the head of its table, which has to be there.

    Examples
    --------
    >>> print(with_values("[energy]\nprice = 0.15  # per kWh\n", {"energy.price": "0.2"}), end="")
    [energy]
    price = 0.2  # per kWh
    """
    lines = text.splitlines()
    for where, value in values.items():
        steps = tuple(one.strip("'\"") for one in re.findall(r"'[^']*'|\"[^\"]*\"|[^.]+", where))
        known = dict(_lines("\n".join(lines)))
        if (line := known.get(steps)) is not None:
            lines[line - 1] = _replaced(lines[line - 1], value)
        elif len(steps) == 1:
            lines.insert(0, f"{steps[0]} = {value}")
        elif (head := known.get(steps[:-1])) is not None:
            lines.insert(head, f"{steps[-1]} = {value}")
    return "\n".join(lines) + "\n"


def _replaced(line: str, value: str) -> str:
    """A line `key = value  # comment` with another value; a value over several lines is left to the text."""
    before, _, rest = line.partition("=")
    comment = re.search(r"""^(?:[^"'#]|"[^"]*"|'[^']*')*?(\s*#.*)$""", rest)
    return f"{before.rstrip()} = {value}{comment[1] if comment else ''}"
