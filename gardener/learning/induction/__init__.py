"""Induction: from code before and after a comment to a rule that tells the one from the other."""
