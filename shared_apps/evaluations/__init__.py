"""Households drawn to be asked how they were helped, and what they answered."""
