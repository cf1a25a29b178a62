-- The configuration a run uses, once per content.  $1 SHA-256, $2 text.
INSERT INTO drift.config_snapshot (hash, content)
SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM drift.config_snapshot WHERE hash = $1)
