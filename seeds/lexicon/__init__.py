"""What all watches know of the world and its languages, read from the tables beside this file."""
