"""How channels are set: each setting as it is typed, as the file says it, and which of the two wins."""
