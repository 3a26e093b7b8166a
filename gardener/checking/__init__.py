"""Static rules over Python and documents: load, walk, match, suppress, fix, prove."""
