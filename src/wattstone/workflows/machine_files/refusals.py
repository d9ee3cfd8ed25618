"""Why a file is not kept, shown or removed: findings."""

from wattstone.base import Finding

__all__ = [
    "bad_name", "meanwhile", "missing", "no_toml", "nothing_beside", "outside", "too_long", "written_by_hand",
]  # fmt: skip


def missing(place: str) -> Finding:
    """There is no such file, or whoever asks may not see it."""
    return Finding(
        code="file.missing",
        place=place,
        found="there is no such file",
        expected="a file that was written before",
        remedy="begin one",
    )


def nothing_beside(name: str) -> Finding:
    """No log or tariff of that name lies beside the files."""
    return Finding(
        code="file.missing",
        place="field 'file'",
        found="there is no such file",
        params={"name": name[:120]},
        expected="a file of the list",
        remedy="open the page again",
    )


def bad_name(name: str) -> Finding:
    """A name that no such file can have."""
    return Finding(
        code="file.name",
        place="field 'name'",
        found="'{name}' cannot be the name of such a file",
        params={"name": name[:120]},
        expected="up to 120 letters, digits, spaces, dots and dashes; a log ends in .csv or .parquet",
        remedy="name it otherwise",
    )


def too_long(name: str) -> Finding:
    """More than people write."""
    return Finding(
        code="file.long",
        place=name,
        found="it is longer than a megabyte",
        expected="a text that people write",
        remedy="put rows of data into a CSV file beside it",
    )


def no_toml(name: str, message: str) -> Finding:
    """The syntax is wrong."""
    return Finding(
        code="file.toml",
        place=name,
        found="it is no TOML: {message}",
        params={"message": message},
        expected="tables in square brackets, and lines as key = value",
        remedy="correct the syntax",
    )


def meanwhile(name: str) -> Finding:
    """Somebody else was quicker."""
    return Finding(
        code="file.meanwhile",
        place=name,
        found="somebody has changed it since you opened it",
        expected="the text that you began with",
        remedy="open it again in another window, and bring your changes into it",
    )


def written_by_hand(name: str) -> Finding:
    """A text would be replaced by an upload."""
    return Finding(
        code="file.by_hand",
        place="field 'file'",
        found="'{name}' is there, and is no tariff",
        params={"name": name},
        expected="a log, or the tariff that a file names",
        remedy="change it as text, or name the tariff otherwise",
    )


def outside(place: str, name: str) -> Finding:
    """A text names a file that it may not read."""
    return Finding(
        code="file.outside",
        place=place,
        found="'{name}' lies outside the folders of such files",
        params={"name": name},
        expected="the name of a file that lies beside this one",
        remedy="upload the file here, and name it without a path",
    )
