"""What the office decides: typed settings from one TOML file, secrets, taxonomies."""
