"""The ledger with its guards, the projections, the private tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Triggers stop accidents and careless tools. Who owns the file or the tables can drop them: that
# is found by verifying the chain, not prevented here.

SQLITE_GUARDS = (
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    BEGIN
        SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE refused');
    END
    """,
    """
    CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
    BEGIN
        SELECT RAISE(ABORT, 'the ledger is append-only: DELETE refused');
    END
    """,
    # INSERT OR REPLACE deletes whatever row stands in the way of any unique column, and it fires
    # delete triggers only under PRAGMA recursive_triggers. So the new row may be in the way of
    # none: not by seq, not by its kiosk's sequence, not by leaf.
    """
    CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger
    WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
      OR new.kiosk_seq IS NOT
         (SELECT coalesce(max(kiosk_seq), 0) + 1 FROM ledger WHERE kiosk = new.kiosk)
      OR EXISTS (SELECT 1 FROM ledger WHERE leaf = new.leaf)
      OR typeof(new.payload) IS NOT 'text'
      OR typeof(new.leaf) IS NOT 'blob'
      OR length(new.leaf) IS NOT 32
    BEGIN
        SELECT RAISE(ABORT, 'the ledger is append-only: INSERT out of order refused');
    END
    """,
)

# The table is named through TG_*, because an unqualified name would find a temporary table of the
# same name first. 23000 is integrity_constraint_violation, what SQLite's RAISE(ABORT) is too.
POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = '23000';
    END
    $$
    """,
    """
    CREATE FUNCTION ledger_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        in_order boolean;
    BEGIN
        EXECUTE format(
            'SELECT $1 = (SELECT coalesce(max(seq), 0) + 1 FROM %1$I.%2$I)'
            '   AND $2 = (SELECT coalesce(max(kiosk_seq), 0) + 1 FROM %1$I.%2$I WHERE kiosk = $3)'
            '   AND octet_length($4) = 32'
            '   AND NOT EXISTS (SELECT 1 FROM %1$I.%2$I WHERE leaf = $4)',
            TG_TABLE_SCHEMA, TG_TABLE_NAME
        ) INTO in_order USING NEW.seq, NEW.kiosk_seq, NEW.kiosk, NEW.leaf;
        IF in_order IS NOT TRUE THEN
            RAISE EXCEPTION 'the ledger is append-only: INSERT out of order refused'
                USING ERRCODE = '23000';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
    """,
    """
    CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_in_order()
    """,
    # Without ALWAYS a session_replication_role of 'replica' would switch them off.
    "ALTER TABLE ledger ENABLE ALWAYS TRIGGER ledger_no_change",
    "ALTER TABLE ledger ENABLE ALWAYS TRIGGER ledger_in_order",
)


def _seq() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _ledger()
    _people_and_instruments()
    _stock()
    _work()
    _learning()
    _private()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("kiosk", sa.String(64), nullable=False),
        sa.Column("kiosk_seq", _seq(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("entity", sa.String(64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
        sa.UniqueConstraint("kiosk", "kiosk_seq", name="uq_ledger_kiosk"),
        sa.UniqueConstraint("leaf", name="uq_ledger_leaf"),
    )
    op.create_index("ix_ledger_at", "ledger", ["at"])
    op.create_index("ix_ledger_kind", "ledger", ["kind"])
    op.create_index("ix_ledger_entity", "ledger", ["entity"])


def _people_and_instruments() -> None:
    op.create_table(
        "clinic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("profile", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clinic"),
    )
    op.create_table(
        "operators",
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("operator", name="pk_operators"),
    )
    op.create_table(
        "calibrations",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_calibrations"),
    )
    op.create_index("ix_calibrations_serial", "calibrations", ["serial"])
    op.create_table(
        "reference_tiles",
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("retired", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("serial", name="pk_reference_tiles"),
    )
    op.create_table(
        "corrections",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_corrections"),
    )
    op.create_index("ix_corrections_serial", "corrections", ["serial"])
    op.create_table(
        "studies",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_studies"),
    )
    op.create_index("ix_studies_serial", "studies", ["serial"])
    op.create_table(
        "bridges",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("ours", sa.String(64), nullable=False),
        sa.Column("theirs", sa.String(64), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_bridges"),
    )
    op.create_index("ix_bridges_theirs", "bridges", ["theirs"])


def _stock() -> None:
    op.create_table(
        "suppliers",
        sa.Column("supplier", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("supplier", name="pk_suppliers"),
    )
    op.create_table(
        "products",
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("shade", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("intended_use", sa.Text(), nullable=False),
        sa.Column("colourants", sa.Text(), nullable=False),
        sa.Column("sterile", sa.Boolean(), nullable=False),
        sa.Column("pao_months", sa.Integer(), nullable=True),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product", name="pk_products"),
    )
    op.create_table(
        "lots",
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("lot_no", sa.Text(), nullable=False),
        sa.Column("label_expiry", sa.String(10), nullable=True),
        sa.Column("received_on", sa.String(10), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("rules_version", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["product"], ["products.product"], name="fk_lots_product_products"),
        sa.PrimaryKeyConstraint("lot", name="pk_lots"),
    )
    op.create_index("ix_lots_product", "lots", ["product"])
    op.create_table(
        "lot_identifiers",
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lot"], ["lots.lot"], name="fk_lot_identifiers_lot_lots"),
        sa.PrimaryKeyConstraint("lot", "line", name="pk_lot_identifiers"),
    )
    op.create_index("ix_lot_identifiers_normal", "lot_identifiers", ["normal"])
    op.create_table(
        "bottles",
        sa.Column("bottle", sa.String(64), nullable=False),
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("size_ul", sa.BigInteger(), nullable=False),
        sa.Column("remaining_ul", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.String(10), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=True),
        sa.Column("claimed_actor", sa.String(64), nullable=True),
        sa.Column("claimed_at", sa.String(32), nullable=True),
        sa.Column("claimed_until", sa.String(32), nullable=True),
        sa.Column("drops_per_ml", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["lot"], ["lots.lot"], name="fk_bottles_lot_lots"),
        sa.PrimaryKeyConstraint("bottle", name="pk_bottles"),
    )
    op.create_index(
        "ix_bottles_at_hand",
        "bottles",
        ["opened_on", "lot", "remaining_ul", "held", "sent_to"],
        sqlite_where=sa.text("remaining_ul != 0"),
        postgresql_where=sa.text("remaining_ul != 0"),
    )
    op.create_index(
        "ix_bottles_claimed",
        "bottles",
        ["bottle"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_bottles_held",
        "bottles",
        ["bottle"],
        sqlite_where=sa.text("held != ''"),
        postgresql_where=sa.text("held != ''"),
    )
    op.create_index("ix_bottles_lot", "bottles", ["lot"])
    op.create_index(
        "ix_bottles_sent",
        "bottles",
        ["bottle"],
        sqlite_where=sa.text("sent_to != ''"),
        postgresql_where=sa.text("sent_to != ''"),
    )
    op.create_table(
        "movements",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("bottle", sa.String(64), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("qty_ul", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrects", _seq(), nullable=True),
        sa.ForeignKeyConstraint(["bottle"], ["bottles.bottle"], name="fk_movements_bottle_bottles"),
        sa.PrimaryKeyConstraint("seq", "line", name="pk_movements"),
    )
    op.create_index("ix_movements_bottle", "movements", ["bottle"])
    op.create_table(
        "documents",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dated", sa.String(10), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_documents"),
    )
    op.create_index("ix_documents_subject", "documents", ["subject"])
    op.create_table(
        "assets",
        sa.Column("asset", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asset", name="pk_assets"),
    )
    op.create_table(
        "nonconformances",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("bottle", sa.String(64), nullable=False),
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("visit", sa.String(64), nullable=True),
        sa.Column("client", sa.String(64), nullable=True),
        sa.Column("used_on", sa.String(10), nullable=False),
        sa.Column("qty_ul", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bottle"], ["bottles.bottle"], name="fk_nonconformances_bottle_bottles"
        ),
        sa.ForeignKeyConstraint(["lot"], ["lots.lot"], name="fk_nonconformances_lot_lots"),
        sa.PrimaryKeyConstraint("seq", name="pk_nonconformances"),
    )
    op.create_index("ix_nonconformances_client", "nonconformances", ["client"])
    op.create_index("ix_nonconformances_lot", "nonconformances", ["lot"])
    op.create_table(
        "recalls",
        sa.Column("recall", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recall", "version", name="pk_recalls"),
    )
    op.create_table(
        "recalled_lots",
        sa.Column("recall", sa.String(64), nullable=False),
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lot"], ["lots.lot"], name="fk_recalled_lots_lot_lots"),
        sa.PrimaryKeyConstraint("recall", "lot", name="pk_recalled_lots"),
    )
    op.create_index("ix_recalled_lots_lot", "recalled_lots", ["lot"])
    op.create_table(
        "recall_contacts",
        sa.Column("recall", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("recall", "client", name="pk_recall_contacts"),
    )
    op.create_table(
        "commands",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_commands"),
    )
    op.create_table(
        "merges",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("kiosk", sa.String(64), nullable=False),
        sa.Column("first", _seq(), nullable=False),
        sa.Column("last", _seq(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_merges"),
    )


def _work() -> None:
    op.create_table(
        "clients",
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("registered_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("client", name="pk_clients"),
    )
    op.create_table(
        "planned_sessions",
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["clients.client"], name="fk_planned_sessions_client_clients"
        ),
        sa.PrimaryKeyConstraint("client", "day", name="pk_planned_sessions"),
    )
    op.create_index("ix_planned_sessions_day", "planned_sessions", ["day"])

    op.create_table(
        "visits",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("opened_by", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["client"], ["clients.client"], name="fk_visits_client_clients"),
        sa.PrimaryKeyConstraint("visit", name="pk_visits"),
    )
    op.create_index("ix_visits_client", "visits", ["client"])
    op.create_table(
        "tones",
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("instrument", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["visit"], ["visits.visit"], name="fk_tones_visit_visits"),
        sa.PrimaryKeyConstraint("visit", "surface", name="pk_tones"),
    )
    op.create_table(
        "recommendations",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("advised_ratio", sa.Integer(), nullable=True),
        sa.Column("anchored", sa.Boolean(), nullable=False),
        sa.Column("constants_version", sa.String(32), nullable=False),
        sa.Column("lot", sa.String(64), nullable=True),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit"], ["visits.visit"], name="fk_recommendations_visit_visits"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_recommendations"),
    )
    op.create_index("ix_recommendations_visit", "recommendations", ["visit"])
    op.create_table(
        "screenings",
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("client", name="pk_screenings"),
        sa.ForeignKeyConstraint(
            ["client"], ["clients.client"], name="fk_screenings_client_clients"
        ),
    )
    op.create_table(
        "mixes",
        sa.Column("mix", sa.String(64), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("ratio", sa.Integer(), nullable=False),
        sa.Column("pigment_ul", sa.BigInteger(), nullable=False),
        sa.Column("diluent_ul", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["visit"], ["visits.visit"], name="fk_mixes_visit_visits"),
        sa.PrimaryKeyConstraint("mix", name="pk_mixes"),
    )
    op.create_index("ix_mixes_visit", "mixes", ["visit"])
    op.create_index("ix_mixes_client", "mixes", ["client"])
    op.create_index(
        "ix_mixes_open",
        "mixes",
        ["seq"],
        sqlite_where=sa.text("closed = ''"),
        postgresql_where=sa.text("closed = ''"),
    )


def _learning() -> None:
    op.create_table(
        "cards",
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("seq", _seq(), nullable=False),
        sa.Column("read_on", sa.String(10), nullable=False),
        sa.Column("law", sa.String(16), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("ink", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lot"], ["lots.lot"], name="fk_cards_lot_lots"),
        sa.PrimaryKeyConstraint("lot", name="pk_cards"),
    )
    op.create_table(
        "anchors",
        sa.Column("anchor", sa.String(64), nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("ratio", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("skin", sa.Text(), nullable=False),
        sa.Column("hair", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product"], ["products.product"], name="fk_anchors_product_products"
        ),
        sa.PrimaryKeyConstraint("anchor", name="pk_anchors"),
    )
    op.create_index("ix_anchors_product", "anchors", ["product"])
    op.create_table(
        "outcomes",
        sa.Column("seq", _seq(), autoincrement=False, nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("mix", sa.String(64), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["mix"], ["mixes.mix"], name="fk_outcomes_mix_mixes"),
        sa.PrimaryKeyConstraint("seq", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_client", "outcomes", ["client"])


def _private() -> None:
    op.create_table(
        "client_keys",
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("client", name="pk_client_keys"),
    )
    op.create_table(
        "private_records",
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_private_records"),
    )
    op.create_index("ix_private_records_client", "private_records", ["client"])
    op.create_table(
        "credentials",
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("operator", name="pk_credentials"),
    )
