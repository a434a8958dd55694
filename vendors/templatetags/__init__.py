"""Tags of the vendor pages."""
