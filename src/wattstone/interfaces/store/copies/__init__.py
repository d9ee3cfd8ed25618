"""Backups: everything of a root in one archive, and a root made again from one."""

from wattstone.interfaces.store.copies.manifest import Manifest
from wattstone.interfaces.store.copies.pack import back_up
from wattstone.interfaces.store.copies.unpack import restore

__all__ = ["Manifest", "back_up", "restore"]
