"""Adoption: a repository is looked at, and gets the files that fit what was seen; what exists is only added to."""
