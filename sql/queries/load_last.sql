-- The last load of source $1: did the same bytes under the same configuration pass already?  No row: never loaded, or not since
-- the schema was last changed, which may have brought tables that the export has facts for.
SELECT id, run_id, file_sha256, config_hash, rows_read, rows_quarantined, mal_quarantined, lines_read, facts_unchanged + facts_new + facts_revised AS facts
  FROM drift.load WHERE source = $1 AND published_at >= (SELECT max(applied_at) FROM drift.schema_version)
 ORDER BY id DESC LIMIT 1
