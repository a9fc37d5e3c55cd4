"""Reading people, their tokens and their sessions."""
