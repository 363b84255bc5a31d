"""The lists themselves, one module per subject."""
