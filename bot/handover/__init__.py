"""What is handed over, as cards: the brief and what is watched. Pure."""
