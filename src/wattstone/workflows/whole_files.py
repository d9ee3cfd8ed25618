"""Files that are there whole or not at all, however many write them at once."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["written_whole"]


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """A file beside another, to be written and then put in its place in one step; a failure leaves the other as it was.

    Each writer has a file of its own, so that of two at once the later one wins, and neither writes into the other's.

    Parameters
    ----------
    path : pathlib.Path
        What is to be replaced, or made; its folder is there.

    Yields
    ------
    pathlib.Path
        Where to write.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = pathlib.Path(folder) / "kept.toml"
    ...     with written_whole(kept) as partial:
    ...         _ = partial.write_text("form = 1")
    ...     (kept.read_text(), len(list(kept.parent.iterdir())))
    ('form = 1', 1)
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
