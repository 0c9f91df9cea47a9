"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("name", name=op.f("uq_tenants_name")),
    )
    op.create_table(
        "counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=False),
        sa.Column("sender_domain", sa.String(length=253), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_counts_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
        sa.UniqueConstraint(
            "tenant_id",
            "day",
            "kind",
            "cause",
            "campaign",
            "sender_domain",
            "provider",
            name=op.f("uq_counts_cell"),
        ),
    )
    op.create_table(
        "dmarc_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("org", sa.String(length=300), nullable=False),
        sa.Column("report_id", sa.String(length=300), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("begin", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_dmarc_reports_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dmarc_reports")),
        sa.UniqueConstraint(
            "tenant_id",
            "org",
            "report_id",
            "domain",
            "begin",
            name=op.f("uq_dmarc_reports_tenant_id_org_report_id_domain_begin"),
        ),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=False),
        sa.Column("sender_domain", sa.String(length=253), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("blocklist", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_events_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint(
            "tenant_id", "ref", "kind", "recipient", name=op.f("uq_events_tenant_id_ref_kind_recipient")
        ),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_tenant_id_day"), ["tenant_id", "day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_events_tenant_id_recipient"), ["tenant_id", "recipient"], unique=False
        )

    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_items_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_items_tenant_id_digest")),
    )
    op.create_table(
        "outside_rates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_outside_rates_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_rates")),
        sa.UniqueConstraint(
            "tenant_id",
            "source",
            "metric",
            "domain",
            "day",
            name=op.f("uq_outside_rates_tenant_id_source_metric_domain_day"),
        ),
    )
    op.create_table(
        "dmarc_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("source_ip", sa.String(length=45), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("header_from", sa.String(length=253), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("dkim_aligned", sa.Integer(), nullable=False),
        sa.Column("spf_aligned", sa.Integer(), nullable=False),
        sa.Column("dkim_domain", sa.String(length=253), nullable=False),
        sa.Column("spf_domain", sa.String(length=253), nullable=False),
        sa.Column("override", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["report"], ["dmarc_reports.id"], name=op.f("fk_dmarc_rows_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_dmarc_rows_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dmarc_rows")),
    )
    with op.batch_alter_table("dmarc_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dmarc_rows_report"), ["report"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_dmarc_rows_tenant_id_domain_day"), ["tenant_id", "domain", "day"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("dmarc_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dmarc_rows_tenant_id_domain_day"))
        batch_op.drop_index(batch_op.f("ix_dmarc_rows_report"))

    op.drop_table("dmarc_rows")
    op.drop_table("outside_rates")
    op.drop_table("items")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_tenant_id_recipient"))
        batch_op.drop_index(batch_op.f("ix_events_tenant_id_day"))

    op.drop_table("events")
    op.drop_table("dmarc_reports")
    op.drop_table("counts")
    op.drop_table("tenants")
    op.drop_table("settings")
