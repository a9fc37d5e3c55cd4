"""The stores: what storekeepers scan and post, what lies where, and what it has cost."""
