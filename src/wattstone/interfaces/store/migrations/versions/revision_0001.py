"""The first tables: organisation, sites, spaces, meters, tariffs, mappings, exceptions, settings, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables."""
    _organisation()
    _sites()
    _meters()
    _documents()
    _audit()


def downgrade() -> None:
    """Drop the tables, and everything in them."""
    for table in (
        "audit",
        "settings",
        "exceptions",
        "mappings",
        "tariffs",
        "meters",
        "spaces",
        "sites",
        "organisation",
    ):
        op.drop_table(table)


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("approach", sa.String, nullable=False),
        sa.Column("gwp_set", sa.String, nullable=False),
        sa.Column("base_year", sa.Integer),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String),
        sa.Column("type", sa.String),
        sa.Column("floor_area", sa.Float),
        sa.Column("address", sa.String),
        sa.Column("city", sa.String),
        sa.Column("country", sa.String),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("grid_region", sa.String),
        sa.Column("weather_station", sa.String),
        sa.Column("ownership", sa.JSON, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("declared", sa.String, nullable=False),
    )
    op.create_table(
        "spaces",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("name", sa.String),
        sa.Column("parent_id", sa.String),
        sa.Column("floor_area", sa.Float),
        sa.Column("declared", sa.String, nullable=False),
    )


def _meters() -> None:
    op.create_table(
        "meters",
        sa.Column("key", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("meter_id", sa.String, nullable=False, unique=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("reading", sa.String, nullable=False),
        sa.Column("direction", sa.String, nullable=False),
        sa.Column("multiplier", sa.Float, nullable=False),
        sa.Column("sign", sa.Integer, nullable=False),
        sa.Column("parent_id", sa.String),
        sa.Column("space_id", sa.String),
        sa.Column("basis", sa.String),
        sa.Column("interval_seconds", sa.Integer),
        sa.Column("rollover", sa.Float),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.Column("derived_from", sa.String),
        sa.Column("expression", sa.Text),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("declared", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )


def _documents() -> None:
    op.create_table(
        "tariffs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("toml", sa.Text, nullable=False),
    )
    op.create_table(
        "mappings",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("toml", sa.Text, nullable=False),
        sa.Column("source", sa.String, nullable=False),
    )
    op.create_table(
        "exceptions",
        sa.Column("factor_id", sa.String, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("accepted_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
