-- The last published export of each source with open rows in quarantine; $1 only this source, or null.
SELECT l.source, l.file_sha256, f.bytes
  FROM drift.load l JOIN drift.file f ON f.sha256 = l.file_sha256
 WHERE l.id IN (SELECT max(id) FROM drift.load GROUP BY source)
   AND EXISTS (SELECT FROM drift.quarantine q WHERE q.source = l.source AND q.status = 'open')
   AND ($1::text IS NULL OR l.source = $1)
 ORDER BY l.source COLLATE "C"
