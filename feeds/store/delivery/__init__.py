"""What goes out, as it is kept: places, what is wanted there, the outbox and the lines of the digests."""
