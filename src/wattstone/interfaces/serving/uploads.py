"""Uploads received, for the API and for forms: streamed to disk with a bound on their size, judged by content.

Archives are unpacked with care: each table by its own name, whatever path the archive gives it.
"""

import shutil
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from anyio import to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.jobs.inbox import harmless_name
from wattstone.readings.formats import detect_format
from wattstone.readings.source import ZIP_MAGIC, head, open_zip, zip_names

__all__ = ["UploadRefused", "receive", "received_form", "sort_out"]

RESERVE = 512 * 2**20  # bytes that a disk keeps free
TABLES = frozenset(
    {"readings", "meters", "sites", "sessions", "weather", "grid_carbon_intensity"}
)  # Parquet files of a dataset
MEMBERS = 50
PIECE = 1024 * 1024


class UploadRefused(InputRefused):
    """A file that is not taken, with the status that HTTP has for it. Nothing of it is kept.

    Parameters
    ----------
    findings : iterable of Finding
        What is wrong with it.
    status : int
        409, 413, 415, 422 or 503.
    headers : mapping or None
        `Retry-After`.
    """

    def __init__(
        self, findings: Iterable[Finding], *, status: int = 422, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(findings)
        self.status, self.headers = status, dict(headers or {})

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Finding, ...]]]:
        """Pickle the findings."""
        return type(self), (self.findings,)


@asynccontextmanager
async def received_form(
    request: Request, folder: Path, *, largest: int
) -> AsyncGenerator[tuple[dict[str, str], tuple[Path, ...]]]:
    """What a form of a browser carries: its texts, and its files in a folder that is removed afterwards.

    Parameters
    ----------
    request : Request
        `multipart/form-data`; its parts were bounded on their way.
    folder : pathlib.Path
        In which the folder is made.
    largest : int
        All files together. [bytes]

    Yields
    ------
    (dict of str to str, tuple of pathlib.Path)
        Fields, and files of harmless names.

    Raises
    ------
    UploadRefused
        413 if they are larger, 503 if the disk is nearly full, 422 if there is none, or one is empty.
    """
    form = await request.form()
    try:
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="form-", dir=folder) as held:
            paths = await to_thread.run_sync(_copied, files, Path(held), largest)
            yield texts, paths
    finally:
        await form.close()


def _copied(files: list[UploadFile], folder: Path, largest: int) -> tuple[Path, ...]:
    if not files:
        raise UploadRefused([_empty("field 'file'")])
    _fits(sum(one.size or 0 for one in files), folder, largest)
    paths: list[Path] = []
    for one in files:
        path = folder / harmless_name(one.filename or "")
        if path.exists():
            raise UploadRefused([_twice(path.name)], status=409)
        if not one.size:
            raise UploadRefused([_empty(path.name)])
        with path.open("xb") as target:
            shutil.copyfileobj(one.file, target, PIECE)
        paths.append(path)
    return tuple(paths)


async def receive(request: Request, folder: Path, name: str, *, largest: int) -> Path:
    """Write the body of a request to a file, a piece at a time.

    Parameters
    ----------
    request : Request
        Its body is the file.
    folder : pathlib.Path
        Of the upload.
    name : str
        As it was given; made harmless here.
    largest : int
        [bytes]

    Returns
    -------
    pathlib.Path

    Raises
    ------
    UploadRefused
        413 if it is larger, 503 if the disk is nearly full, 409 if the upload has a file of that name; nothing is kept.
    """
    said = request.headers.get("content-length", "")
    if said.isascii() and said.isdigit():
        _fits(int(said), folder, largest)
    path = folder / harmless_name(name)
    if path.exists():
        raise UploadRefused([_twice(path.name)], status=409)
    try:
        await _written(request.stream(), path, folder, largest)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


async def _written(pieces: AsyncIterator[bytes], path: Path, folder: Path, largest: int) -> None:
    size = checked = 0
    with path.open("xb") as file:  # a request that is cut off ends here at once: nothing is waited for on the way out
        async for piece in pieces:
            size += len(piece)
            if size - checked > 64 * PIECE or size > largest:
                await to_thread.run_sync(_fits, size, folder, largest)
                checked = size
            await to_thread.run_sync(file.write, piece)
    if not size:
        raise UploadRefused([_empty(path.name)], status=422)


def _fits(size: int, folder: Path, largest: int) -> None:
    if size > largest:
        raise UploadRefused([_too_large(largest)], status=413)
    if shutil.disk_usage(folder).free - size < RESERVE:
        raise UploadRefused([_full()], status=503, headers={"Retry-After": "3600"})


def sort_out(path: Path) -> Path:
    """Judge a file by what is in it; an archive of a dataset is unpacked beside it and removed.

    Parameters
    ----------
    path : pathlib.Path
        That was received.

    Returns
    -------
    pathlib.Path
        The file, or the folder of the dataset.

    Raises
    ------
    UploadRefused
        415 if it is nothing that can be taken in, 422 if it is an archive that cannot be unpacked; it is removed.
    """
    try:
        if _is_dataset(path):
            return _unpacked(path)
        if detect_format(path) == "unknown" or _strange(path):
            raise UploadRefused([_unknown(path.name)], status=415)
    except UploadRefused:
        path.unlink(missing_ok=True)
        raise
    except InputRefused as refused:
        path.unlink(missing_ok=True)
        raise UploadRefused(refused.findings) from refused
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _strange(path: Path) -> bool:
    """What calls itself a table and is a program, a page or a picture."""
    start = head(path, 1024)
    bare = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")) or bare.startswith(
        (b"<!doctype html", b"<html", b"<script", b"<svg", b"#!")
    )


def _is_dataset(path: Path) -> bool:
    if head(path, 4) != ZIP_MAGIC:
        return False
    names = {Path(one).name for one in zip_names(path)}
    return bool(names & {"readings.parquet", "sessions.parquet"})


def _unpacked(path: Path) -> Path:
    """The tables of a dataset, each by its own name whatever path the archive gives it: none can lead out."""
    folder = path.with_name(f"{path.stem}.dataset")
    folder.mkdir(mode=0o700)
    try:
        with open_zip(path) as archive:  # refuses what declares more than it may
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MEMBERS:
                raise UploadRefused([_crowded(path.name, len(members))], status=422)
            for member in members:
                _unpack(archive, member, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UploadRefused([_broken(path.name, type(error).__name__)], status=422) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    path.unlink()
    return folder


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    name = Path(member.filename.replace("\\", "/")).name
    stem, _, suffix = name.rpartition(".")
    known = (suffix == "parquet" and stem in TABLES) or (suffix == "toml" and stem.startswith("tariff"))
    if not known or name != harmless_name(name) or (folder / name).exists():
        return
    left = member.file_size
    with archive.open(member) as source, (folder / name).open("xb") as target:
        while piece := source.read(min(PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile("a member is longer than it says")
            target.write(piece)


def _twice(name: str) -> Finding:
    return Finding(
        code="upload.twice",
        place=name,
        found="the upload has a file of that name",
        expected="a name for each file",
        remedy="give it another name, or make another upload",
    )


def _empty(name: str) -> Finding:
    return Finding(
        code="upload.empty",
        place=name,
        found="there is nothing in it",
        expected="a file",
        remedy="choose a file that holds something",
    )


def _too_large(largest: int) -> Finding:
    return Finding(
        code="upload.too_large",
        place="body",
        found="the file is larger than {largest} bytes",
        params={"largest": largest},
        expected="at most {largest} bytes",
        remedy="send it in parts, or have the server's owner raise upload_mb",
    )


def _full() -> Finding:
    return Finding(
        code="upload.disk",
        place="server",
        found="its disk is nearly full",
        expected="room for the file",
        remedy="try again later, or tell the server's owner",
    )


def _unknown(name: str) -> Finding:
    return Finding(
        code="upload.unknown",
        place=name,
        found="what is in it is no table of readings, no Green Button file, weather, sessions, tariff or dataset",
        expected="CSV, XLSX, Parquet, Green Button XML, EPW, a tariff (TOML), or a ZIP archive of a dataset",
        remedy="export it again as one of these",
    )


def _crowded(name: str, count: int) -> Finding:
    return Finding(
        code="upload.crowded",
        place=name,
        found="the archive holds {count} files",
        params={"most": MEMBERS},
        count=count,
        expected="at most {most}",
        remedy="pack the tables of one dataset alone",
    )


def _broken(name: str, why: str) -> Finding:
    return Finding(
        code="upload.broken",
        place=name,
        found="the archive cannot be unpacked ({why})",
        params={"why": why},
        expected="a whole ZIP archive without a password",
        remedy="pack it again",
    )
