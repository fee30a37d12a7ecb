"""What a text states of its main incident: toll, place, day, contingents, kind of attack."""
