"""A channel that is set up: the form, the test card, and what is missing there."""
