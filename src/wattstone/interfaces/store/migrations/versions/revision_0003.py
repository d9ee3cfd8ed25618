"""Documents, the board, a count of changes; the audit log chained by hashes."""

import sqlalchemy as sa
from alembic import op

from wattstone.interfaces.store.chain import START, entry_hash

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Make the tables, and chain the lines that are there."""
    _documents()
    op.create_table(
        "board",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("changed", sa.DateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("due", sa.Date),
    )
    changes = op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    op.bulk_insert(changes, [{"id": 1, "number": 1}])
    for name in ("previous", "hash"):
        op.add_column("audit", sa.Column(name, sa.String))
    _chain()
    with op.batch_alter_table("audit", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("previous", existing_type=sa.String, nullable=False)
        batch.alter_column("hash", existing_type=sa.String, nullable=False)
        batch.create_unique_constraint("uq_audit_previous", ["previous"])


def downgrade() -> None:
    """Drop the tables and the hashes."""
    with op.batch_alter_table("audit", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("uq_audit_previous", type_="unique")
        batch.drop_column("hash")
        batch.drop_column("previous")
    for table in ("changes", "board", "documents"):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("site", sa.String),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("run", sa.String),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_documents_kind_subject", "documents", ["kind", "subject"])


def _chain() -> None:
    """Give each line the hash of the one before it, and its own."""
    audit = sa.table(
        "audit",
        sa.column("number", sa.Integer),
        sa.column("at", sa.DateTime),
        sa.column("who", sa.String),
        sa.column("what", sa.Text),
        sa.column("details", sa.JSON),
        sa.column("previous", sa.String),
        sa.column("hash", sa.String),
    )
    connection, previous, rows = op.get_bind(), START, []
    asked = sa.select(audit.c.number, audit.c.at, audit.c.who, audit.c.what, audit.c.details)
    for number, at, who, what, details in connection.execute(asked.order_by(audit.c.number)).all():
        own = entry_hash(number=number, when=at, who=who, what=what, details=details, previous=previous)
        rows.append({"_number": number, "_previous": previous, "_hash": own})
        previous = own
    if rows:
        change = audit.update().where(audit.c.number == sa.bindparam("_number"))
        connection.execute(change.values(previous=sa.bindparam("_previous"), hash=sa.bindparam("_hash")), rows)
