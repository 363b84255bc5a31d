"""Consents, requests to look into a file, what a worker may ask for, retention and deletion."""
