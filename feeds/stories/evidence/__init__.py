"""What two profiles say of their being one story, piece by piece."""
