"""Applications for aid: from the need to the money that was paid, and what came of it."""
