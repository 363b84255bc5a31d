"""What a station printed, had made in the background, handed out as lists, and writes Word documents with."""
