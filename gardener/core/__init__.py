"""Frozen records and pure functions: standard library only, no I/O, imports nothing above itself."""
