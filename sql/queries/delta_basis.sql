-- The last load of source $1 and why the next one cannot be its difference (reason; null = it can), under configuration $2 and
-- program $3.  No row: never loaded.  After it: its export and its counts, years and districts, and the load whose findings are
-- the last one's too.
WITH last AS (
    SELECT l.*, r.program_version FROM drift.load l JOIN drift.run r ON r.id = l.run_id WHERE l.source = $1 ORDER BY l.id DESC LIMIT 1
), ever AS (
    SELECT (SELECT coalesce(array_agg(DISTINCT y), '{}') FROM drift.load, unnest(ar) AS y WHERE source = $1) AS ar,
           (SELECT coalesce(array_agg(DISTINCT s), '{}') FROM drift.load, unnest(stadsdel_id) AS s WHERE source = $1) AS stadsdel_id
), noted AS (
    SELECT coalesce(max(id), 0) AS load_id FROM drift.load WHERE source = $1 AND way <> 'unchanged'
)
SELECT CASE
       WHEN last.published_at < (SELECT max(applied_at) FROM drift.schema_version) THEN 'the schema has changed since'
       WHEN (last.config_hash, last.program_version) <> ($2, $3)
            OR EXISTS (SELECT FROM drift.run r WHERE r.id > last.run_id AND (r.config_hash, r.program_version) <> ($2, $3))
       THEN 'the configuration or the program has changed since'
       WHEN last.facts_repeated IS NULL THEN 'whether its last export repeats itself was not counted'
       WHEN last.facts_repeated > 0 OR (last.lines_ignored_by ->> 'dubblett')::bigint > 0 THEN 'its last export repeats itself'
       WHEN (last.lines_ignored_by ->> 'utan-innehall')::bigint > 0
            OR last.mal_read + last.aktivitet_read + last.tabell_read > 0
            OR last.lines_loaded + last.lines_unchanged + last.lines_quarantined
               <> last.rows_loaded + last.rows_unchanged + last.rows_quarantined
       THEN 'its last export has records that are not one line each'
       WHEN EXISTS (SELECT FROM drift.quarantine WHERE source = $1 AND status = 'waived') THEN 'rows of it are waived'
       WHEN last.rows_quarantined <> (SELECT count(DISTINCT rad) FROM drift.quarantine WHERE source = $1 AND status = 'open')
       THEN 'its quarantine is not what the last load left'
       WHEN EXISTS (SELECT FROM drift.finding f, noted WHERE f.load_id = noted.load_id AND f.rule IN ('L-DEL', 'L-BORTA'))
       THEN 'it has values that its last export has not'
       WHEN EXISTS (SELECT FROM unnest(last.ar) a JOIN unnest(last.ar) b ON b = a + 1) THEN 'its export holds two years in a row'
       WHEN EXISTS (SELECT FROM drift.load o WHERE o.source <> $1 AND o.ar && ever.ar AND o.stadsdel_id && ever.stadsdel_id)
       THEN 'another source has the same years and districts'
       WHEN EXISTS (SELECT FROM drift.load o JOIN drift.load x ON x.source = o.source
                     WHERE o.source <> $1 AND o.id > last.id AND o.way <> 'unchanged' AND x.stadsdel_id && ever.stadsdel_id
                       AND EXISTS (SELECT FROM unnest(x.ar) y JOIN unnest(ever.ar) z ON abs(y - z) = 1))
       THEN 'the year before or after has changed since'
       END AS reason,
       last.file_sha256, last.lines_read, last.lines_loaded + last.lines_unchanged + last.lines_quarantined AS lines_record,
       last.rows_read, last.rows_ignored, last.facts_new + last.facts_revised + last.facts_unchanged AS facts,
       last.lines_ignored_by, last.ar, last.stadsdel_id, noted.load_id AS findings
  FROM last, ever, noted
