"""Pages of the samples, and of the orders to draw."""
