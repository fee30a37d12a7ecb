"""Where and how messages are shown on Discord: channels and threads, forums of posts, text for thin lines."""
