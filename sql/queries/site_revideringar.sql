-- Outcomes that run $1 replaced or withdrew, at most $2.
SELECT r.stadsdel, CASE WHEN r.hel_namnd THEN '' ELSE r.enhet END, r.indikator, r.period, r.kon, r.varde_fore, r.status_fore, r.varde_efter,
       r.status_efter, r.matt, r.orsak
  FROM analys.revideringar r
 WHERE r.run = $1::bigint
 ORDER BY r.stadsdel COLLATE "C", r.enhet COLLATE "C", r.indikator COLLATE "C", r.period_id, r.kon_kod LIMIT $2::int
