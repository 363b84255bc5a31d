"""What a station printed, had made in the background, and writes Word documents with."""
