-- Open quarantine by source, of sources that were ever loaded.
SELECT l.source, (SELECT count(*) FROM drift.quarantine q WHERE q.source = l.source AND q.status = 'open') AS open
  FROM (SELECT DISTINCT source FROM drift.load) l ORDER BY l.source COLLATE "C"
