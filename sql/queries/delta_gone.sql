-- As diff_gone.sql, of lines that differ: what is current under the keys of the removed ones, and is in none of the added.
-- $1 whether the exports of the source are complete.
INSERT INTO drift.stage_diff (what, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, old_load_id, plats)
SELECT CASE WHEN NOT $1::boolean OR EXISTS (SELECT FROM drift.stage_doubt d JOIN drift.stage_row r USING (nr) WHERE r.kind = 'I')
            THEN 'a'::"char" ELSE 'w'::"char" END,
       g.tabell, g.ar, g.stadsdel_id, g.enhet_id, g.objekt_id, g.period_id, g.del, g.load_id, g.plats
  FROM drift.stage_current g
 WHERE NOT EXISTS (
       SELECT FROM drift.stage_fact s
        WHERE s.tabell = g.tabell AND s.ar = g.ar AND s.stadsdel_id = g.stadsdel_id AND s.enhet_id = g.enhet_id
          AND s.objekt_id = g.objekt_id AND s.period_id = g.period_id AND s.del = g.del)
