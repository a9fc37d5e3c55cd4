"""The catalogue a new installation may start with, as a TOML file, and how it is read."""
