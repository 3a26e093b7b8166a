"""Where feedback comes from: a family of `read(place, root, since, cursor) -> Iterator[Batch]`."""
