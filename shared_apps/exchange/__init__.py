"""Messages between stations, job slots and effects outside."""
