"""Family: small duties of the nightly run, one module each: `run(...)` gives notes for the report."""
