"""Every table, in three groups that are cared for differently.

* `ledger` is the truth: append-only, chained by hash.
* The projections are what screens read. They are changed in the transaction of the event they
  follow from, and `db rebuild` derives all of them again from the ledger.
* The private tables hold what may be erased (a person's readings, initials) or must never be in
  an exported log (PIN hashes). The ledger knows them only by keyed digests.

Volumes are integer microlitres, dates ISO 8601 text, instants UTC text: one meaning on SQLite and
on PostgreSQL alike.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# BIGINT on PostgreSQL; on SQLite only INTEGER PRIMARY KEY is the row id.
_Seq = BigInteger().with_variant(Integer, "sqlite")
_ID = String(64)
_DAY = String(10)
_INSTANT = String(32)

# ── the truth ────────────────────────────────────────────────────────────────────────────────────

ledger = Table(
    "ledger",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("kiosk", _ID, nullable=False),
    Column("kiosk_seq", _Seq, nullable=False),
    Column("at", _INSTANT, nullable=False, index=True),
    Column("actor", _ID, nullable=False),
    Column("kind", String(64), nullable=False, index=True),
    Column("entity", _ID, nullable=False, index=True),
    Column("payload", Text, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False, unique=True),
    UniqueConstraint("kiosk", "kiosk_seq"),
)

# ── projections ──────────────────────────────────────────────────────────────────────────────────

clinic = Table(
    "clinic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    info={"projection": True},
)

operators = Table(
    "operators",
    metadata,
    Column("operator", _ID, primary_key=True),
    Column("role", String(32), nullable=False),
    info={"projection": True},
)

calibrations = Table(
    "calibrations",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", _INSTANT, nullable=False),
    Column("operator", _ID, nullable=False),
    Column("model", _ID, nullable=False),
    Column("serial", _ID, nullable=False, index=True),
    Column("step", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    info={"projection": True},
)

clients = Table(
    "clients",
    metadata,
    Column("client", _ID, primary_key=True),
    Column("registered_at", _INSTANT, nullable=False),
    info={"projection": True},
)

visits = Table(
    "visits",
    metadata,
    Column("visit", _ID, primary_key=True),
    Column("client", ForeignKey("clients.client"), nullable=False, index=True),
    Column("opened_at", _INSTANT, nullable=False),
    Column("opened_by", _ID, nullable=False),
    Column("closed_at", _INSTANT),
    info={"projection": True},
)

tones = Table(
    "tones",
    metadata,
    Column("visit", ForeignKey("visits.visit"), primary_key=True),
    Column("surface", String(16), primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("record", _ID, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("instrument", _ID, nullable=False),
    info={"projection": True},
)

recommendations = Table(
    "recommendations",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("visit", ForeignKey("visits.visit"), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("advised_ratio", Integer),
    Column("anchored", Boolean, nullable=False),
    Column("constants_version", String(32), nullable=False),
    Column("lot", _ID),
    Column("record", _ID, nullable=False),
    Column("digest", String(64), nullable=False),
    info={"projection": True},
)

products = Table(
    "products",
    metadata,
    Column("product", _ID, primary_key=True),
    Column("brand", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("shade", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("intended_use", Text, nullable=False),
    Column("colourants", Text, nullable=False),
    Column("sterile", Boolean, nullable=False),
    Column("pao_months", Integer),
    info={"projection": True},
)

lots = Table(
    "lots",
    metadata,
    Column("lot", _ID, primary_key=True),
    Column("product", ForeignKey("products.product"), nullable=False, index=True),
    Column("lot_no", Text, nullable=False),
    Column("label_expiry", _DAY),
    Column("received_on", _DAY, nullable=False),
    Column("supplier", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    info={"projection": True},
)

bottles = Table(
    "bottles",
    metadata,
    Column("bottle", _ID, primary_key=True),
    Column("lot", ForeignKey("lots.lot"), nullable=False, index=True),
    Column("size_ul", BigInteger, nullable=False),
    Column("remaining_ul", BigInteger, nullable=False),
    Column("opened_on", _DAY),
    info={"projection": True},
)

movements = Table(
    "movements",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True),
    Column("bottle", ForeignKey("bottles.bottle"), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("qty_ul", BigInteger, nullable=False),
    Column("ref", _ID, nullable=False),
    Column("reason", Text, nullable=False),
    info={"projection": True},
)

mixes = Table(
    "mixes",
    metadata,
    Column("mix", _ID, primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("visit", ForeignKey("visits.visit"), nullable=False, index=True),
    Column("client", _ID, nullable=False, index=True),
    Column("confirmed_at", _INSTANT, nullable=False),
    Column("operator", _ID, nullable=False),
    Column("ratio", Integer, nullable=False),
    Column("pigment_ul", BigInteger, nullable=False),
    Column("diluent_ul", BigInteger, nullable=False),
    info={"projection": True},
)

cards = Table(
    "cards",
    metadata,
    Column("lot", ForeignKey("lots.lot"), primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("read_on", _DAY, nullable=False),
    Column("law", String(16), nullable=False),
    Column("strength", Float, nullable=False),
    Column("ink", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    info={"projection": True},
)

anchors = Table(
    "anchors",
    metadata,
    Column("anchor", _ID, primary_key=True),
    Column("product", ForeignKey("products.product"), nullable=False, index=True),
    Column("ratio", Integer, nullable=False),
    Column("strength", Float, nullable=False),
    Column("skin", Text, nullable=False),
    Column("hair", Text, nullable=False),
    info={"projection": True},
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("client", _ID, nullable=False, index=True),
    Column("mix", ForeignKey("mixes.mix"), nullable=False),
    Column("record", _ID, nullable=False),
    Column("digest", String(64), nullable=False),
    info={"projection": True},
)

# ── private: erasable, or never to be exported ──────────────────────────────────────────────────

client_keys = Table(
    "client_keys",
    metadata,
    Column("client", _ID, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

private_records = Table(
    "private_records",
    metadata,
    Column("record", _ID, primary_key=True),
    Column("client", _ID, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("operator", _ID, primary_key=True),
    Column("pin_hash", Text, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", _INSTANT),
)

#: In an order in which rows may be inserted; reversed, in which they may be deleted.
PROJECTIONS: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if table.info.get("projection")
)
