"""Ground: the Markdown that people own."""
