-- Facts of a year for which lager.skapa_ar makes no partition.
INSERT INTO drift.stage_doubt (nr, rule, reason)
SELECT nr, 'L-AR', 'the year ' || min(ar) || ' is outside 1990-2199'
  FROM drift.stage_fact f
 WHERE ar NOT BETWEEN 1990 AND 2199 AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
 GROUP BY nr
