"""The demonstration: a made-up campus with a year of requests, loaded and removed as a whole."""
