"""Samples of aided households are drawn here, called, and their answers counted."""
