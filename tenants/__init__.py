"""What a station is: the tree, its schemas and roles, provisioning, schema changes, life cycle."""
