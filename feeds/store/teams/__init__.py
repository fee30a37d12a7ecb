"""What belongs to one team alone: its server with the roles that may manage there, and the record of every change."""
