-- Of facts that stand more than once, alike, the first counts.
INSERT INTO drift.stage_diff (what, seq, nr, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
SELECT 'd', seq, nr, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del
  FROM (SELECT f.*, row_number() OVER (PARTITION BY tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del ORDER BY f.seq) AS place
          FROM drift.stage_fact f JOIN drift.stage_repeat USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
         WHERE NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)) x
 WHERE place > 1
