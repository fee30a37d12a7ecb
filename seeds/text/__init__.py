"""Text, whatever it is about: folded, cut into words and sentences, and searched for phrases."""
