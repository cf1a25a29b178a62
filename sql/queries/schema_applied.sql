-- After a migration.  $1 version, $2 name, $3 the program's version.
INSERT INTO drift.schema_version (version, name, program_version) VALUES ($1::int, $2, $3)
