"""What goes to Discord, as a page that looks like it: for looking at every message at a phone's width."""
