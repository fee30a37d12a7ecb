"""What managers set for a channel: what goes there, how loudly, when, and in which form."""
