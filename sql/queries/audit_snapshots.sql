-- The configurations of all runs; the bytes of their four files, or null.
SELECT hash, content, parts[1], parts[2], parts[3], parts[4]
  FROM drift.config_snapshot WHERE hash IN (SELECT config_hash FROM drift.run) ORDER BY hash
