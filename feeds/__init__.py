"""What came in, what is new and what belongs together: fetch, parse, decide, stories, store, schedule."""
