"""What a backup is made of: one archive of the database, the files and the settings, with a manifest."""
