"""Citations: one wording of an item as a bibliography names it, and the formats of reference managers. Pure."""
