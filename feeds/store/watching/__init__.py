"""What members correct: tiers of stories, and what the watches flag."""
