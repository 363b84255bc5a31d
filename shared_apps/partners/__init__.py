"""Who works with stations: supermarkets, hospitals, pharmacies, schools, and what was agreed with them."""
