"""What a station set itself for a year, and how far it is."""
