-- The configuration a run uses, once per content.  $1 SHA-256, $2 text, $3 bytes of each of its files.
INSERT INTO drift.config_snapshot (hash, content, parts)
SELECT $1, $2, $3::bigint[] WHERE NOT EXISTS (SELECT FROM drift.config_snapshot WHERE hash = $1)
