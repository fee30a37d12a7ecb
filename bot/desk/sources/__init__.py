"""What is asked and changed of the feeds: added, tried, paused and looked at in chat."""
