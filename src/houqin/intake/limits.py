"""How much of a mail is taken."""

MOST_BYTES = 30 * 1024 * 1024
"""A larger mail is refused; its head is kept, so that it can be seen that it was there."""

HEAD_BYTES = 64 * 1024
MEGABYTE = 1024 * 1024
