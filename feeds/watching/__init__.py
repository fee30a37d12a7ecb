"""What watches flag, as members change it while the house runs."""
