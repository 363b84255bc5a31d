"""Pages of cards, reliefs, partners and settlements."""
