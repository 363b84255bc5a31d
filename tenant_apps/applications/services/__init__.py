"""What workers do with their applications, and what the station does with them."""
