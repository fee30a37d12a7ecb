"""A process of its own for everything that reads other people's bytes, because only a process can be stopped."""
