"""Rules of onboarding: applying, deciding, opening, and many at once."""
