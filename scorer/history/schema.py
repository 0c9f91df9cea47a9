"""The tables of the history. Every table but `settings` belongs to tenants, and every row to one of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in a column of type INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")


def _tenant() -> Column[int]:
    return Column("tenant_id", Integer, ForeignKey("tenants.id"), nullable=False)


settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
tenants = Table(
    "tenants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
)
items = Table(
    "items",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("digest", String(64), nullable=False),
    Column("form", String(40), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant_id", "digest"),
)
events = Table(
    "events",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("kind", String(12), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("status", String(12), nullable=False),
    Column("campaign", String(200), nullable=False),
    Column("sender_domain", String(253), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("blocklist", String(40), nullable=False),
    UniqueConstraint("tenant_id", "ref", "kind", "recipient"),
    Index(None, "tenant_id", "day"),
    Index(None, "tenant_id", "recipient"),
)
counts = Table(
    "counts",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("kind", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("campaign", String(200), nullable=False),
    Column("sender_domain", String(253), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("n", BigInteger, nullable=False),
    UniqueConstraint(
        "tenant_id", "day", "kind", "cause", "campaign", "sender_domain", "provider", name="uq_counts_cell"
    ),
)
outside_rates = Table(
    "outside_rates",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("source", String(40), nullable=False),
    Column("metric", String(40), nullable=False),
    Column("domain", String(253), nullable=False),
    Column("day", Date, nullable=False),
    Column("rate", Float, nullable=False),
    UniqueConstraint("tenant_id", "source", "metric", "domain", "day"),
)
dmarc_reports = Table(
    "dmarc_reports",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("org", String(300), nullable=False),
    Column("report_id", String(300), nullable=False),
    Column("domain", String(253), nullable=False),
    Column("begin", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("policy", String(20), nullable=False),
    UniqueConstraint("tenant_id", "org", "report_id", "domain", "begin"),
)
dmarc_rows = Table(
    "dmarc_rows",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("report", _ID, ForeignKey("dmarc_reports.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("domain", String(253), nullable=False),
    Column("source_ip", String(45), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("header_from", String(253), nullable=False),
    Column("disposition", String(20), nullable=False),
    Column("dkim_aligned", Integer, nullable=False),
    Column("spf_aligned", Integer, nullable=False),
    Column("dkim_domain", String(253), nullable=False),
    Column("spf_domain", String(253), nullable=False),
    Column("override", String(40), nullable=False),
    Index(None, "tenant_id", "domain", "day"),
    Index(None, "report"),
)
event_days = Table(
    "event_days",
    metadata,
    Column("id", _ID, primary_key=True),
    _tenant(),
    Column("day", Date, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("campaign", String(200), nullable=False),
    Column("sender_domain", String(253), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("blocklist", String(40), nullable=False),
    Column("n", BigInteger, nullable=False),
    UniqueConstraint(
        "tenant_id", "day", "kind", "cause", "campaign", "sender_domain", "provider", "blocklist",
        name="uq_event_days_cell",
    ),
)  # fmt: skip
"""The events counted; kept with every event that comes or goes, so that rates over millions are read at once."""
CELL = ("day", "kind", "cause", "campaign", "sender_domain", "provider", "blocklist")
TENANT_TABLES = (items, events, event_days, counts, outside_rates, dmarc_reports, dmarc_rows)

HEAD = "0002"
"""The revision of the newest migration."""
