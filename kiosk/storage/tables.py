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
    Index,
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
    # The legal profile's code; empty until the clinic has chosen one.
    Column("profile", String(32), nullable=False),
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

reference_tiles = Table(
    "reference_tiles",
    metadata,
    Column("serial", _ID, primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("owner", _ID),
    Column("certificate", Text, nullable=False),
    Column("retired", Text),
    info={"projection": True},
)

corrections = Table(
    "corrections",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", _INSTANT, nullable=False),
    Column("operator", _ID, nullable=False),
    Column("model", _ID, nullable=False),
    Column("serial", _ID, nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    info={"projection": True},
)

studies = Table(
    "studies",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", _INSTANT, nullable=False),
    Column("operator", _ID, nullable=False),
    Column("serial", _ID, nullable=False, index=True),
    Column("report", Text, nullable=False),
    info={"projection": True},
)

bridges = Table(
    "bridges",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", _INSTANT, nullable=False),
    Column("operator", _ID, nullable=False),
    Column("ours", _ID, nullable=False),
    Column("theirs", _ID, nullable=False, index=True),
    Column("offer", Text, nullable=False),
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

suppliers = Table(
    "suppliers",
    metadata,
    Column("supplier", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
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
    # Everything else that label and papers declare, as canonical JSON.
    Column("declared", Text, nullable=False),
    info={"projection": True},
)

lots = Table(
    "lots",
    metadata,
    Column("lot", _ID, primary_key=True),
    Column("product", ForeignKey("products.product"), nullable=False, index=True),
    Column("lot_no", Text, nullable=False),
    Column("label_expiry", _DAY),
    Column("received_on", _DAY),
    Column("supplier", Text, nullable=False),
    Column("invoice", Text, nullable=False),
    Column("seal", String(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    # The ink class as it was last recorded, and under which rules; what is true now is judged.
    Column("verdict", String(32), nullable=False),
    Column("rules_version", String(32), nullable=False),
    info={"projection": True},
)

lot_identifiers = Table(
    "lot_identifiers",
    metadata,
    Column("lot", ForeignKey("lots.lot"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("normal", Text, nullable=False, index=True),
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
    Column("place", Text, nullable=False),
    # Where it was sent and has not been booked in; empty where it is at its place.
    Column("sent_to", Text, nullable=False),
    # Why nobody may draw from this one bottle; empty where nothing is wrong with it.
    Column("held", Text, nullable=False),
    Column("claimed_by", _ID),
    Column("claimed_actor", _ID),
    Column("claimed_at", _INSTANT),
    Column("claimed_until", _INSTANT),
    Column("drops_per_ml", Float),
    info={"projection": True},
)

# Most bottles a clinic ever had are empty: who asks what is on the shelf reads this index alone.
Index(
    "ix_bottles_at_hand",
    bottles.c.opened_on,
    bottles.c.lot,
    bottles.c.remaining_ul,
    bottles.c.held,
    bottles.c.sent_to,
    sqlite_where=bottles.c.remaining_ul != 0,
    postgresql_where=bottles.c.remaining_ul != 0,
)

# The few bottles that need somebody, found without reading the many that do not.
Index(
    "ix_bottles_held",
    bottles.c.bottle,
    sqlite_where=bottles.c.held != "",
    postgresql_where=bottles.c.held != "",
)
Index(
    "ix_bottles_sent",
    bottles.c.bottle,
    sqlite_where=bottles.c.sent_to != "",
    postgresql_where=bottles.c.sent_to != "",
)
Index(
    "ix_bottles_claimed",
    bottles.c.bottle,
    sqlite_where=bottles.c.claimed_by.is_not(None),
    postgresql_where=bottles.c.claimed_by.is_not(None),
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
    # The movement that this one takes back, as "seq" of its event.
    Column("corrects", _Seq),
    info={"projection": True},
)

documents = Table(
    "documents",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("subject", _ID, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("dated", _DAY),
    Column("facts", Text, nullable=False),
    Column("withdrawn", Text, nullable=False),
    info={"projection": True},
)

assets = Table(
    "assets",
    metadata,
    Column("asset", _ID, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("serial", Text, nullable=False),
    Column("due_on", _DAY),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    info={"projection": True},
)

planned_sessions = Table(
    "planned_sessions",
    metadata,
    Column("client", ForeignKey("clients.client"), primary_key=True),
    Column("day", _DAY, primary_key=True, index=True),
    info={"projection": True},
)

nonconformances = Table(
    "nonconformances",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("bottle", ForeignKey("bottles.bottle"), nullable=False),
    Column("lot", ForeignKey("lots.lot"), nullable=False, index=True),
    Column("visit", _ID),
    Column("client", _ID, index=True),
    Column("used_on", _DAY, nullable=False),
    Column("qty_ul", BigInteger, nullable=False),
    Column("rules", Text, nullable=False),
    info={"projection": True},
)

recalls = Table(
    "recalls",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("notice", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", Text, nullable=False),
    info={"projection": True},
)

recalled_lots = Table(
    "recalled_lots",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("lot", ForeignKey("lots.lot"), primary_key=True, index=True),
    Column("version", Integer, nullable=False),
    Column("effect", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    info={"projection": True},
)

recall_contacts = Table(
    "recall_contacts",
    metadata,
    Column("recall", _ID, primary_key=True),
    Column("client", _ID, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("at", _INSTANT, nullable=False),
    info={"projection": True},
)

commands = Table(
    "commands",
    metadata,
    # What a command was called when it was given, so that giving it twice does it once.
    Column("token", _ID, primary_key=True),
    Column("seq", _Seq, nullable=False),
    info={"projection": True},
)

merges = Table(
    "merges",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("kiosk", _ID, nullable=False),
    Column("first", _Seq, nullable=False),
    Column("last", _Seq, nullable=False),
    info={"projection": True},
)

screenings = Table(
    "screenings",
    metadata,
    # Where the newest record of a client's allergies and patch tests lies in the erasable store.
    Column("client", ForeignKey("clients.client"), primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("record", _ID, nullable=False),
    Column("digest", String(64), nullable=False),
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
    # How the cup ended: used, discarded or incident; empty while it stands.
    Column("closed", String(16), nullable=False),
    info={"projection": True},
)

# The few cups that stand, among all there ever were.
Index(
    "ix_mixes_open",
    mixes.c.seq,
    sqlite_where=mixes.c.closed == "",
    postgresql_where=mixes.c.closed == "",
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
