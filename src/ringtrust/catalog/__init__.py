"""What is known, per release: units, stores, services, hazards, defects, partners. TOML data, every row cited."""
