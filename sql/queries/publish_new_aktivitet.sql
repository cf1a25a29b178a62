-- New versions of load $1, in the order of the primary key.
INSERT INTO lager.fact_aktivitet (ar, stadsdel_id, enhet_id, aktivitet_id, period_id, load_id, rad, byte_offset, flaggor, obs_status, conf_status,
    avvikelse, period_tryckt, mal_id, start, slut, klar)
SELECT s.ar, s.stadsdel_id, s.enhet_id, s.objekt_id, s.period_id, $1::bigint, s.rad, s.byte_offset, s.flaggor, s.obs_status, s.conf_status,
       s.tryckt, s.period_tryckt, a.mal_id, s.start_dag, s.slut_dag, s.klar
  FROM drift.stage_diff d JOIN drift.stage_fact s USING (seq) JOIN lager.dim_aktivitet a ON a.id = s.objekt_id
 WHERE d.tabell = 'V' AND d.what IN ('n', 'r')
 ORDER BY s.ar, s.stadsdel_id, s.period_id, s.objekt_id, s.enhet_id, s.del
