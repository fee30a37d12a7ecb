"""Stories as tables that other programs read: one row a story, in the habits of conflict data."""
