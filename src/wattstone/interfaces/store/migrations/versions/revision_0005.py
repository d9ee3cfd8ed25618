"""Contractual instruments of the market-based method, and what the inventories of years claim of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"

_ADDED = ("instruments", "claims")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "instruments",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("carrier", sa.String, nullable=False),
        sa.Column("market", sa.String, nullable=False),
        sa.Column("vintage_start", sa.Date, nullable=False),
        sa.Column("vintage_end", sa.Date, nullable=False),
        sa.Column("volume", sa.Float),
        sa.Column("factor", sa.Float, nullable=False),
        sa.Column("factor_source", sa.Text, nullable=False),
        *(sa.Column(name, sa.String) for name in ("scheme", "technology", "supplier", "tracking_system")),
        sa.Column("serials", sa.JSON, nullable=False),
        sa.Column("retired_on", sa.Date),
        sa.Column("retired_for", sa.String),
        sa.Column("sites", sa.JSON, nullable=False),
        sa.Column("holder", sa.String),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("bundled", "exclusive", "delivered")),
        sa.Column("generation_meter", sa.String),
        sa.Column("document", sa.String),
        sa.Column("note", sa.Text),
        sa.Column("entered_by", sa.String, nullable=False),
        sa.Column("entered_at", sa.DateTime, nullable=False),
        sa.Column("withdrawn", sa.Text, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("instrument", sa.String, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("energy", sa.Float, nullable=False),
        sa.Column("claimed_by", sa.String, nullable=False),
        sa.Column("claimed_at", sa.DateTime, nullable=False),
    )
    changes = sa.table("changes", sa.column("name", sa.String), sa.column("number", sa.BigInteger))
    op.bulk_insert(changes, [{"name": name, "number": 0} for name in _ADDED])


def downgrade() -> None:
    """Drop them."""
    op.execute(sa.text("DELETE FROM changes WHERE name IN ('instruments', 'claims')"))
    for name in _ADDED:
        op.drop_table(name)
