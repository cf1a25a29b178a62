-- $1 SHA-256, $2 bytes.
INSERT INTO drift.file (sha256, bytes) SELECT $1, $2::bigint WHERE NOT EXISTS (SELECT FROM drift.file WHERE sha256 = $1)
