"""Which station holds which person, by keyed hash alone."""
