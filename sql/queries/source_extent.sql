-- What source $1 has published so far: indicator rows of its last load (no value: none), years and districts with facts, and the
-- export of the last load.
SELECT (SELECT rows_read FROM drift.load WHERE source = $1 ORDER BY id DESC LIMIT 1) AS rows_read,
       (SELECT coalesce(array_agg(DISTINCT y), '{}') FROM drift.load, unnest(ar) AS y WHERE source = $1) AS ar,
       (SELECT coalesce(array_agg(DISTINCT s), '{}') FROM drift.load, unnest(stadsdel_id) AS s WHERE source = $1) AS stadsdel_id,
       (SELECT file_sha256 FROM drift.load WHERE source = $1 ORDER BY id DESC LIMIT 1) AS file_sha256
