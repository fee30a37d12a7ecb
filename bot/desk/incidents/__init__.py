"""Answers made of incidents: files to take away, and pictures."""
