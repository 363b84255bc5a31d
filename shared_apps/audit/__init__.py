"""What was done, by whom, in a chain that shows tampering."""
