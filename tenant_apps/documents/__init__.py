"""The papers of a file: drawn, printed, and verified by their code."""
