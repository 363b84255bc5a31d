"""What was sent up to a station, and its opinion of it."""
