-- Has this database ever been migrated?
SELECT to_regclass('drift.schema_version') IS NOT NULL
