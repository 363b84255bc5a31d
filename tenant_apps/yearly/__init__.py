"""The yearly report in sentences, and the books of the past it may draw on."""
