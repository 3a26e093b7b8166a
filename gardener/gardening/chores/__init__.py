"""Family: small duties of the nightly run, one module each: `run(ground)` gives a `Round` of duties and patches."""
