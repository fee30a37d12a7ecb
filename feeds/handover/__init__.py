"""What is worth a line when somebody takes over. Pure."""
