"""Reading who and where."""
