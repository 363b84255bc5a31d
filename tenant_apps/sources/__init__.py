"""Where the money of a station comes from: transfers between stations, donations, what donors laid down."""
