"""Members' follows as they are kept: the saved searches, what they found, and the messages that tell it."""
