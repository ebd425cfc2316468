"""Languages other than Python: what differs is data, one table per language; reading is one walk for all."""
