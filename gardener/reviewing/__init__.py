"""Review: a judge reads code against the clauses that no rule can decide."""
