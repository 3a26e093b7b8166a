"""Ground: git, files, settings."""
