"""Papers: what is printed and signed, drawn from one description as a page and as PDF."""
