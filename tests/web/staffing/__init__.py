"""The pages about crews and their people."""
