"""The stores beside bare SQL doing the same transactions: same rows, same keys, same locks, one commit."""
