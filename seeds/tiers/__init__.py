"""How urgent a relevant document is: its signs, and the tier that they make likeliest."""
