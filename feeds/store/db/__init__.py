"""The database file itself: opening, locking, its thread, its schema, and rows as values."""
