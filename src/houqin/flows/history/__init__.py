"""Reading somebody else's request history: the mapping, the table, the rows, and how they are stored."""
