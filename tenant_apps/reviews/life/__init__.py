"""Re-checks and exits as the centre sees them: decided in one step, or over a notice and the head."""
