"""What keeps the database's file whole: copies of it, putting one back, and what is done about a damaged one."""
