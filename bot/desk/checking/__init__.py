"""What is checked of a story or an item: why it was flagged, its citation, and how its wordings differ."""
