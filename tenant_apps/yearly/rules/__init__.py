"""What a row of the past may say, what numbers are called, and what two numbers say about each other."""
