"""Family: each member renders a report as one text."""
