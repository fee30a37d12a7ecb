"""What `bluehelm doctor` looks at, and what it makes of what it finds."""
