"""From a waiting row to a message that stands: sent once, edited when due, held when it must wait."""
