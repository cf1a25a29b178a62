-- Keys that stand more than once in the export.
INSERT INTO drift.stage_repeat (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
SELECT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del
  FROM drift.stage_fact
 GROUP BY tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del
HAVING count(*) > 1
