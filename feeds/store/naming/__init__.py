"""What messages are called: marks that nobody can guess, with what the message is about in them."""
