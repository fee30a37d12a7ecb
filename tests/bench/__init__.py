"""Measures what polling costs beside another feed reader, over the same feeds on loopback."""
