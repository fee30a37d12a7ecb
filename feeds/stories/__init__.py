"""Which reports tell of one event, how far it is confirmed, and what has changed."""
