"""From the bytes that a publisher sends to entries with an identity."""
