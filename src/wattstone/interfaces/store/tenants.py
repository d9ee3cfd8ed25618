"""Schemas of organisations in one PostgreSQL database."""

import hashlib
import re

from wattstone.interfaces.store.config import Config
from wattstone.interfaces.store.database import open_database

__all__ = ["claim_tenant"]

_ROOM = 40  # characters of a name, so that a number fits behind it


def claim_tenant(address: str, folder: str) -> str:
    """Make the schema of a new organisation; no other process gets the same.

    Parameters
    ----------
    address : str
        Of the database.
    folder : str
        Name of the workspace's folder, after which the organisation is called as far as letters allow.

    Returns
    -------
    str
        `north-college`; `north-college-2` where another workspace has that one already.
    """
    from sqlalchemy import inspect
    from sqlalchemy.schema import CreateSchema

    database = open_database(address, create=True)
    try:
        wished, number = _name(folder), 1
        with database.writing(alone=True) as connection:
            there = set(inspect(connection).get_schema_names())
            while (schema := _numbered(wished, number).schema) in there:
                number += 1
            assert schema is not None
            connection.execute(CreateSchema(schema))
    finally:
        database.close()
    return f"{wished}-{number}" if number > 1 else wished


def _numbered(name: str, number: int) -> Config:
    return Config(tenant=f"{name}-{number}" if number > 1 else name)


def _name(folder: str) -> str:
    name = re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-_")[:_ROOM]
    return name or f"w{hashlib.sha256(folder.encode()).hexdigest()[:8]}"
