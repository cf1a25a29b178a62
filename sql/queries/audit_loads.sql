-- Loads in order, as a replay needs them; the last column is what a manifest says of the rest.
SELECT l.id, l.run_id, l.source, l.file_sha256, l.url, l.connector, l.config_hash,
       to_char(l.published_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), f.bytes, l.complete, array_to_string(l.ar, ' '),
       (SELECT coalesce(string_agg(s.kod, ' ' ORDER BY s.kod COLLATE "C"), '') FROM lager.dim_stadsdel s WHERE s.id = ANY (l.stadsdel_id)),
       to_jsonb(l) - ARRAY['id', 'run_id', 'source', 'file_sha256', 'url', 'connector', 'config_hash', 'published_at', 'complete', 'ar',
                           'stadsdel_id', 'precedence', 'way']
  FROM drift.load l JOIN drift.file f ON f.sha256 = l.file_sha256
 ORDER BY l.id
