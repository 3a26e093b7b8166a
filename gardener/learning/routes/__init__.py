"""The routes from a theme to a proposal, one a file: `attempt(case)` proposes, or says why it cannot."""
