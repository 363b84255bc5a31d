"""The goods of a station: what came in, where it stands, who was given it."""
