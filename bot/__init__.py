"""What members see and ask: commands, cards, delivery and the transports that carry them."""
