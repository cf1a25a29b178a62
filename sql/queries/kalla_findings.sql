-- Of rows that contradict another source: both values and both places.  $1 years, $2 districts of this export.
INSERT INTO drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad, other_column,
                                 other_value)
SELECT s.nr, s.rad, s.byte_offset, 'L-KALLA', 'reject',
       format('"%s" stands here, and source "%s" says "%s" (line %s): this row is not loaded', s.visad, l.source, g.visad, g.rad),
       drift.kolumn(s.tabell, s.del), s.visad, g.load_id, g.rad, drift.kolumn(g.tabell, g.del), g.visad
  FROM (SELECT *, drift.visa(varde, matt, tryckt, coalesce(uppfyllelse::text, varde_status::text)) AS visad FROM drift.stage_fact) s
  JOIN (SELECT *, drift.visa(varde, matt, tryckt, coalesce(uppfyllelse::text, varde_status::text)) AS visad FROM drift.gallande
         WHERE ar = ANY ($1::smallint[]) AND stadsdel_id = ANY ($2::smallint[])) g
    USING (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del)
  JOIN drift.load l ON l.id = g.load_id
 WHERE EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = s.nr AND d.rule = 'L-KALLA')
   AND (g.varde, scale(g.varde), g.varde_status, g.matt, g.tryckt, g.period_tryckt, g.operator, g.omfattning, g.uppfyllelse, g.avser,
        g.obs_status, g.conf_status, g.flaggor, g.start_dag, g.slut_dag, g.klar, g.storhet, g.post, g.overforing)
       IS DISTINCT FROM
       (s.varde, scale(s.varde), s.varde_status, s.matt, s.tryckt, s.period_tryckt, s.operator, s.omfattning, s.uppfyllelse, s.avser,
        s.obs_status, s.conf_status, s.flaggor, s.start_dag, s.slut_dag, s.klar, s.storhet, s.post, s.overforing)
