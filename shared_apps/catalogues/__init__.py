"""The code lists of the household file and of the windows."""
