"""Issue trackers: a family of same-shaped modules, each `connect(root, settings) -> Tracker`."""
