"""The least Django that does the same for a user: two tables, a session, no rules."""
