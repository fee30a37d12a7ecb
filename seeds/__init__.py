"""What a text is about and how we know: learning, matching, facts and quoted summaries."""
