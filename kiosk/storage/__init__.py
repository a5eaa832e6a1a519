"""Where events and views are kept: SQLAlchemy tables, migrations and the engine."""
