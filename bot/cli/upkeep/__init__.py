"""Commands that look after a bot and its database."""
