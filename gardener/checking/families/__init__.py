"""Family: data-driven rules, one module each."""
