"""What the bank says, set against what the books say: statements, pairs, breaks."""
