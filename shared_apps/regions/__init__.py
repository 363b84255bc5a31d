"""Administrative divisions with dates, and the calendar of working days."""
