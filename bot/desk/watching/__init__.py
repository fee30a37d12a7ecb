"""What members change for everybody: the watches, what these flag, and the tiers of stories."""
