"""Entries of the programme."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Make the table of entries and all their versions."""
    op.create_table(
        "programme_entries",
        sa.Column("seq", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("entry", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("site", sa.String),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("document", sa.String),
        sa.Column("entered_by", sa.String, nullable=False),
        sa.Column("entered_at", sa.DateTime, nullable=False),
        sa.Column("replaces", sa.String),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "entry", "version", name="uq_programme_entries_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_programme_entries_hash", "programme_entries", ["hash"])
    changes = sa.table("changes", sa.column("name", sa.String), sa.column("number", sa.BigInteger))
    op.bulk_insert(changes, [{"name": "programme_entries", "number": 0}])


def downgrade() -> None:
    """Drop it."""
    op.execute(sa.text("DELETE FROM changes WHERE name = 'programme_entries'"))
    op.drop_table("programme_entries")
