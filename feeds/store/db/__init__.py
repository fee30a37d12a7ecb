"""The database file itself: opening, locking, its schema, and rows as values."""
