"""How a station comes to be: application, review, opening."""
