"""Members' saved searches: how many messages a follower gets in an hour, and what each of them tells. Pure."""
