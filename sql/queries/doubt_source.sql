-- Rows that contradict the current version of another source.  $1 source, $2 years, $3 districts of this export.
INSERT INTO drift.stage_doubt (nr, rule, reason)
SELECT s.nr, 'L-KALLA',
       min('source "' || l.source || '" says ' || coalesce(g.tryckt, g.varde::text || coalesce(' ' || g.matt, ''), g.varde_status::text, '')
           || ' (load ' || g.load_id || ', line ' || g.rad || ')')
  FROM drift.stage_fact s
  JOIN drift.gallande g USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
  JOIN drift.load l ON l.id = g.load_id
 WHERE l.source <> $1
   AND g.ar = ANY ($2::smallint[]) AND g.stadsdel_id = ANY ($3::smallint[])
   AND EXISTS (SELECT FROM drift.load o WHERE o.source <> $1 AND o.ar && $2::smallint[] AND o.stadsdel_id && $3::smallint[])
   AND (g.varde, scale(g.varde), g.varde_status, g.matt, g.tryckt, g.period_tryckt, g.operator, g.omfattning, g.uppfyllelse, g.avser,
        g.obs_status, g.conf_status, g.flaggor, g.start_dag, g.slut_dag, g.klar, g.storhet, g.post, g.overforing)
       IS DISTINCT FROM
       (s.varde, scale(s.varde), s.varde_status, s.matt, s.tryckt, s.period_tryckt, s.operator, s.omfattning, s.uppfyllelse, s.avser,
        s.obs_status, s.conf_status, s.flaggor, s.start_dag, s.slut_dag, s.klar, s.storhet, s.post, s.overforing)
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = s.nr)
 GROUP BY s.nr
