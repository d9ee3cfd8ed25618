"""Documents that were made, and how often the records were written to."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wattstone.interfaces.store.rows import Rows
from wattstone.workflows.stores import Document

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["Kept", "count_changes"]

_SHOWN = ("id", "kind", "subject", "language", "title", "site", "made", "run", "figures", "facts")


_CHANGED = re.compile(r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+\W?(\w+)", re.IGNORECASE)


def count_changes(connection: "Connection", statements: Sequence[str]) -> None:
    """Count a transaction that changed something, within it, at each table that its statements wrote to."""
    from wattstone.interfaces.store.tables import changes

    named = {found[1] for one in statements if (found := _CHANGED.match(one)) is not None}
    # One after the other in order of the names: two transactions never wait for each other.
    for name in sorted(named):
        connection.execute(changes.update().where(changes.c.name == name).values(number=changes.c.number + 1))


class Kept(Rows):
    """The part of the records that holds documents and counts what was written."""

    def put_document(self, document: Document, content: bytes) -> None:
        """Keep a document, in place of the one of its id.

        Parameters
        ----------
        document : Document
            What a list says of it.
        content : bytes
            What stands in it.
        """
        from wattstone.interfaces.store.tables import documents

        row = {**asdict(document), "figures": list(document.figures), "facts": dict(document.facts), "content": content}
        with self._database.writing(alone=True) as connection:
            connection.execute(documents.delete().where(documents.c.id == document.id))
            connection.execute(documents.insert(), row)

    def documents(self, kind: str | None = None, subject: str | None = None) -> tuple[Document, ...]:
        """Documents, newest first; of a kind, about a subject."""
        from sqlalchemy import select

        from wattstone.interfaces.store.tables import documents

        query = select(*(documents.c[name] for name in _SHOWN)).order_by(documents.c.made.desc(), documents.c.id)
        if kind is not None:
            query = query.where(documents.c.kind == kind)
        if subject is not None:
            query = query.where(documents.c.subject == subject)
        with self._database.reading() as connection:
            return tuple(_document(row) for row in connection.execute(query).mappings().all())

    def document(self, document_id: str) -> Document | None:
        """The document of that id."""
        row = self._of_document(document_id, *_SHOWN)
        return None if row is None else _document(row)

    def document_content(self, document_id: str) -> bytes | None:
        """What stands in it; None where there is none such."""
        row = self._of_document(document_id, "content")
        return None if row is None else bytes(row["content"])

    def remove_document(self, document_id: str) -> None:
        """Remove a document."""
        from wattstone.interfaces.store.tables import documents

        with self._database.writing() as connection:
            connection.execute(documents.delete().where(documents.c.id == document_id))

    def revision(self, *tables: str) -> int:
        """A number that grows with everything that is written to these tables; reading it costs next to nothing.

        Parameters
        ----------
        *tables : str
            Such as `sites`, `meters`, `board`; all of the records where none is named.
        """
        from sqlalchemy import func, select

        from wattstone.interfaces.store.tables import changes

        query = select(func.sum(changes.c.number))
        with self._database.reading() as connection:
            return int(connection.execute(query.where(changes.c.name.in_(tables)) if tables else query).scalar_one())

    def _of_document(self, document_id: str, *names: str) -> Any:
        from sqlalchemy import select

        from wattstone.interfaces.store.tables import documents

        query = select(*(documents.c[name] for name in names)).where(documents.c.id == document_id)
        with self._database.reading() as connection:
            return connection.execute(query).mappings().first()


def _document(row: Any) -> Document:
    fields: dict[str, Any] = dict(row)
    fields["figures"] = tuple(fields["figures"])
    return Document(**fields)
