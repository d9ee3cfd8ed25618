"""The folder or object store that holds a lake: files and folders by their paths."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false
# pyarrow has no types.

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["LakeFolder"]


@dataclass(frozen=True)
class LakeFolder:
    """The root of a lake.

    Parameters
    ----------
    root : str
        Folder, or object-store URL that `deltalake` understands.
    storage : mapping
        Options of the object store; credentials come from the environment.
    """

    root: str
    storage: Mapping[str, str] = field(default_factory=dict[str, str])

    def tables(self) -> list[str]:
        """Names of the tables that are there."""
        from pyarrow import fs

        folders = self._files.get_file_info(fs.FileSelector(self._store[1], allow_not_found=True))
        return sorted(info.base_name for info in folders if info.type == fs.FileType.Directory)

    def reading(self, path: str) -> IO[bytes]:
        """A file of the lake, by its path under the root, opened to be read."""
        return self._files.open_input_stream(f"{self._store[1]}/{path}")

    def writing(self, path: str) -> IO[bytes]:
        """A file of the lake, by its path under the root, opened to be written."""
        whole = f"{self._store[1]}/{path}"
        self._files.create_dir(whole.rsplit("/", 1)[0], recursive=True)
        return self._files.open_output_stream(whole)

    @cached_property
    def _store(self) -> "tuple[FileSystem, str]":
        """The file system that holds the root, and the root's path in it."""
        from pyarrow import fs

        if "://" in self.root:
            return fs.FileSystem.from_uri(self.root)
        return fs.LocalFileSystem(), str(Path(self.root).absolute())

    @property
    def _files(self) -> "FileSystem":
        return self._store[0]

    def _uri(self, table: str) -> str:
        return f"{self.root.rstrip('/')}/{table}"

    def _path(self, table: str, relative: str) -> str:
        return f"{self._store[1]}/{table}/{relative}"

    def _prune(self, folder: str) -> None:
        """Remove the folders that hold nothing, and the folder itself if nothing is left in it."""
        from pyarrow import fs

        inside = self._files.get_file_info(fs.FileSelector(folder.rstrip("/"), recursive=True, allow_not_found=True))
        kept = {info.path for info in inside if info.type == fs.FileType.File}
        folders = [info.path for info in inside if info.type == fs.FileType.Directory]
        for path in sorted([*folders, folder.rstrip("/")], key=len, reverse=True):
            there = self._files.get_file_info(path).type == fs.FileType.Directory
            if there and not any(file.startswith(f"{path}/") for file in kept):
                self._files.delete_dir(path)

    def _delete(self, path: str) -> int:
        """Remove a file, and the folder of its partition if that is empty then."""
        from pyarrow import fs

        if self._files.get_file_info(path).type != fs.FileType.File:
            return 0
        self._files.delete_file(path)
        self._prune(path.rsplit("/", 1)[0])
        return 1
