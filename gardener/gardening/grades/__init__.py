"""Grades of areas: from evidence to scores, their history, and the block in the tech tracker."""
