"""Answers for whoever takes over: the brief, members' notes, and what is watched and what is not."""
