"""Cards and certificates, what was bought and relieved with them, and the settlement with partners."""
