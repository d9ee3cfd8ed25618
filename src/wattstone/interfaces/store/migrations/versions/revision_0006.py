"""How sites are held; decisions on scope 3, releases and waivers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"

_ADDED = ("scope3_decisions", "releases", "waivers")


def upgrade() -> None:
    """Make the tables, and say of the sites that are there that nobody said how they are held."""
    # Not in a batch: SQLite would make the table anew, which others refer to.
    op.add_column("sites", sa.Column("control", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "scope3_decisions",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("category", sa.Integer, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("figures", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("totals", sa.JSON, nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("released_by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("waived_by", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    changes = sa.table("changes", sa.column("name", sa.String), sa.column("number", sa.BigInteger))
    op.bulk_insert(changes, [{"name": name, "number": 0} for name in _ADDED])


def downgrade() -> None:
    """Drop them."""
    op.execute(sa.text("DELETE FROM changes WHERE name IN ('scope3_decisions', 'releases', 'waivers')"))
    for name in _ADDED:
        op.drop_table(name)
    op.drop_column("sites", "control")
