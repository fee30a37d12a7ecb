"""What stands of ours on the other side and the database does not know: found, and known again."""
