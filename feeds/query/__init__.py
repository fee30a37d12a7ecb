"""What members ask for, from a typed line to a tree of conditions: one language for search, follows, filters, export,
pictures and the command line. `parse_query` is the door."""

from feeds.query.meaning import parse_query
from feeds.query.model import Misread, Query, ValueNames

__all__ = ["Misread", "Query", "ValueNames", "parse_query"]
