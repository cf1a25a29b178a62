-- The last published export of each source that has ever had facts of year $1; $2 only this source, or null.
SELECT l.source, l.file_sha256, f.bytes
  FROM drift.load l JOIN drift.file f ON f.sha256 = l.file_sha256
 WHERE l.id IN (SELECT max(id) FROM drift.load GROUP BY source)
   AND EXISTS (SELECT FROM drift.load y WHERE y.source = l.source AND $1::smallint = ANY (y.ar))
   AND ($2::text IS NULL OR l.source = $2)
 ORDER BY l.source COLLATE "C"
