"""The terminal as a transport: alerts as they arrive, and a prompt to ask at."""
