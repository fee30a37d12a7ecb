"""Finds the feed of a page and reads it once, so that somebody can judge it before it is polled."""
