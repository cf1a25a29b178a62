-- Each source's last load, when it last changed anything, and its open quarantine.
SELECT l.source, to_char(l.published_at, 'YYYY-MM-DD HH24:MI:SS') AS published,
       (SELECT to_char(max(x.published_at), 'YYYY-MM-DD HH24:MI:SS') FROM drift.load x
         WHERE x.source = l.source AND x.way <> 'unchanged') AS changed,
       l.way, l.rows_read, l.rows_quarantined, left(l.file_sha256, 12) AS sha256,
       (SELECT count(*) FROM drift.quarantine q WHERE q.source = l.source AND q.status = 'open') AS quarantine_open
  FROM drift.load l
 WHERE l.id = (SELECT max(id) FROM drift.load x WHERE x.source = l.source)
 ORDER BY l.source COLLATE "C"
