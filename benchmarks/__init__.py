"""What houqin costs beside bare Django and bare SQL, measured in one run: `make bench`."""
