"""Timeline, to-dos, clocks and papers of every record."""
