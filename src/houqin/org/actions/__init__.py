"""Changing who and where."""
