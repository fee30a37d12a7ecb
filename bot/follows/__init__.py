"""Members told of what they follow: stories held against their saved searches, and the messages that come of it."""
