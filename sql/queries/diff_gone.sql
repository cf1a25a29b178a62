-- Current facts of source $1 that the export does not have.  $2, $3 years and districts the source ever had; $4 'w' when they
-- are to be withdrawn, 'a' when they are only to be counted.
INSERT INTO drift.stage_diff (what, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, old_load_id)
SELECT $4::"char", g.tabell, g.ar, g.stadsdel_id, g.enhet_id, g.objekt_id, g.period_id, g.del, g.load_id
  FROM drift.gallande g JOIN drift.load l ON l.id = g.load_id
 WHERE l.source = $1 AND g.ar = ANY ($2::smallint[]) AND g.stadsdel_id = ANY ($3::smallint[])
   AND NOT EXISTS (
       SELECT FROM drift.stage_fact s
        WHERE s.tabell = g.tabell AND s.ar = g.ar AND s.stadsdel_id = g.stadsdel_id AND s.enhet_id = g.enhet_id
          AND s.objekt_id = g.objekt_id AND s.period_id = g.period_id AND s.del = g.del)
