-- Current facts of source $1 that the export does not have.  $2, $3 years and districts the source ever had, or those of
-- this export.  They are to be
-- withdrawn, or only counted where the exports of the source are not complete ($4 is false), or where a row that could hold them
-- is in quarantine: one of their kind, or one of a table whose header was not understood.
INSERT INTO drift.stage_diff (what, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, old_load_id)
WITH hidden AS (
    SELECT DISTINCT r.kind FROM drift.stage_doubt d JOIN drift.stage_row r USING (nr)
     UNION
    SELECT unnest(ARRAY['I', 'M', 'A', 'T']::"char"[]) WHERE EXISTS (SELECT FROM drift.stage_quarantine WHERE rule = 'T-RUBRIK')
)
SELECT CASE WHEN NOT $4::boolean OR EXISTS (SELECT FROM hidden h
                          WHERE h.kind = CASE g.tabell WHEN 'M' THEN 'M'::"char" WHEN 'V' THEN 'A'::"char" WHEN 'T' THEN 'T'::"char"
                                                       WHEN 'E' THEN 'T'::"char" ELSE 'I'::"char" END)
            THEN 'a'::"char" ELSE 'w'::"char" END,
       g.tabell, g.ar, g.stadsdel_id, g.enhet_id, g.objekt_id, g.period_id, g.del, g.load_id
  FROM drift.gallande g JOIN drift.load l ON l.id = g.load_id
 WHERE l.source = $1 AND g.ar = ANY ($2::smallint[]) AND g.stadsdel_id = ANY ($3::smallint[])
   AND NOT EXISTS (
       SELECT FROM drift.stage_fact s
        WHERE s.tabell = g.tabell AND s.ar = g.ar AND s.stadsdel_id = g.stadsdel_id AND s.enhet_id = g.enhet_id
          AND s.objekt_id = g.objekt_id AND s.period_id = g.period_id AND s.del = g.del)
