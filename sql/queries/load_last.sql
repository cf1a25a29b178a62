-- The last load of source $1: did the same bytes under the same configuration and program pass already?  No row: never loaded,
-- or not since the schema was last changed, which may have brought tables that the export has facts for.
SELECT l.id, l.run_id, l.file_sha256, l.config_hash, l.rows_read, l.rows_quarantined, l.mal_quarantined, l.lines_read,
       l.facts_unchanged + l.facts_new + l.facts_revised AS facts, r.program_version
  FROM drift.load l JOIN drift.run r ON r.id = l.run_id
 WHERE l.source = $1 AND l.published_at >= (SELECT max(applied_at) FROM drift.schema_version)
 ORDER BY l.id DESC LIMIT 1
