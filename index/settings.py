"""Settings: defaults < TOML file < environment (REPORTS_…) < command line. An unknown key is an error."""
