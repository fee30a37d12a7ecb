"""What maps and charts say of incidents: which are counted, whose dead, and what is not known. Pure."""
