"""What members ask of the archive: its own tables for it, and how a query is answered from them in bounded time."""
