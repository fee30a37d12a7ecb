"""What Discord may be asked, and how often: tries to come in, answers where many ask."""
