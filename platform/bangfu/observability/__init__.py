"""What operators see of the running product: logs, errors, metrics and health, free of personal data."""
