"""The model seam: one callable, `Model`, and everything that stands between it and a machine far away."""
