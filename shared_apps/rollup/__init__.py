"""Facts, their folding and the answers drawn from them."""
