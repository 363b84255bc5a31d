"""The network's console, and each station's own settings."""
