"""A machine that kills the bot as long as it is let: `python -m tests.crash`."""
