"""Pages of onboarding: the applicant's, the station's above, and many at once."""
