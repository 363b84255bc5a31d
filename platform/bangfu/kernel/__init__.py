"""What every part of the project stands on; no models with tables of their own, no business rules."""
