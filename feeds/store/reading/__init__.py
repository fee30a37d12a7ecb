"""What is looked up in the archive and written by nobody here: stories as rows."""
