"""Set-up of the stores: items, stores and locations, limits, labels."""
