"""Events counted by day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CELL = ("tenant_id", "day", "kind", "cause", "campaign", "sender_domain", "provider", "blocklist")


def upgrade() -> None:
    op.create_table(
        "event_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=False),
        sa.Column("sender_domain", sa.String(length=253), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("blocklist", sa.String(length=40), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_event_days_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_days")),
        sa.UniqueConstraint(*_CELL, name="uq_event_days_cell"),
    )
    cell = ", ".join(_CELL)
    op.execute(
        f"INSERT INTO event_days ({cell}, n) SELECT {cell}, COUNT(*) FROM events GROUP BY {cell}"  # noqa: S608
    )


def downgrade() -> None:
    op.drop_table("event_days")
