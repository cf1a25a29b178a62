-- A run begins.  $1 program version, $2 hash of the configuration, $3 arguments as typed.  One row: its id.
INSERT INTO drift.run (program_version, config_hash, arguments) VALUES ($1, $2, $3) RETURNING id
