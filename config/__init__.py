"""What the operator chose: typed settings, the feed catalogue and where they were read from."""
