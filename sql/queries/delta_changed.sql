-- As diff_changed.sql, of lines that differ: what is current under their keys is known already.
INSERT INTO drift.stage_diff (what, seq, nr, tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, old_load_id, plats)
SELECT CASE WHEN g.load_id IS NULL THEN 'n'::"char" ELSE 'r'::"char" END, s.seq, s.nr, s.tabell, s.ar, s.stadsdel_id, s.enhet_id,
       s.objekt_id, s.period_id, s.del, g.load_id, g.plats
  FROM drift.stage_fact s
  LEFT JOIN drift.stage_current g
    ON g.tabell = s.tabell AND g.ar = s.ar AND g.stadsdel_id = s.stadsdel_id AND g.enhet_id = s.enhet_id AND g.objekt_id = s.objekt_id
   AND g.period_id = s.period_id AND g.del = s.del
 WHERE (g.load_id IS NULL
        OR (g.varde, scale(g.varde), g.varde_status, g.matt, g.tryckt, g.period_tryckt, g.operator, g.omfattning, g.uppfyllelse, g.avser,
            g.obs_status, g.conf_status, g.flaggor, g.start_dag, g.slut_dag, g.klar, g.storhet, g.post, g.overforing)
           IS DISTINCT FROM
           (s.varde, scale(s.varde), s.varde_status, s.matt, s.tryckt, s.period_tryckt, s.operator, s.omfattning, s.uppfyllelse, s.avser,
            s.obs_status, s.conf_status, s.flaggor, s.start_dag, s.slut_dag, s.klar, s.storhet, s.post, s.overforing))
   AND NOT EXISTS (SELECT FROM drift.stage_doubt d WHERE d.nr = s.nr)
   AND NOT EXISTS (SELECT FROM drift.stage_diff d WHERE d.seq = s.seq)
 ORDER BY s.tabell, g.plats -- in which they are closed
