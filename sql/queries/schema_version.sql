-- The schema's version; no row where there is no schema.
SELECT max(version) FROM drift.schema_version
