"""The week of a crew, planning it, and what is kept of its people: licences, terms, leave."""
