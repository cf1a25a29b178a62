-- Rows that share a key and say different things about it: none of them is loaded.
WITH contradicted AS (
    SELECT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del,
           array_to_string((array_agg(f.rad ORDER BY f.seq))[1:10], ', ') AS lines
      FROM drift.stage_fact f JOIN drift.stage_repeat USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
     WHERE NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
     GROUP BY tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del
    HAVING count(DISTINCT (varde, scale(varde), varde_status, matt, tryckt, period_tryckt, operator, omfattning, uppfyllelse, avser,
                           obs_status, conf_status, flaggor, start_dag, slut_dag, klar, storhet, post,
                           overforing)) > 1
)
INSERT INTO drift.stage_doubt (nr, rule, reason)
SELECT f.nr, 'L-DUBBLETT', 'the same key stands in lines ' || min(c.lines) || ' with different values'
  FROM contradicted c JOIN drift.stage_fact f USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
 WHERE NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = f.nr)
 GROUP BY f.nr
