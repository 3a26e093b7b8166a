"""The nightly story."""
