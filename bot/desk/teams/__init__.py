"""What a team decides for itself at the desk: which roles may manage, and the record of who changed what."""
