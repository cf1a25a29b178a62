-- New versions of load $1, in the order of the primary key; $2 years that are built aside.
INSERT INTO lager.fact_arsmal (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, flaggor, obs_status, conf_status,
    tryckt, period_tryckt, niva, operator, omfattning, varde, matt)
SELECT s.ar, s.stadsdel_id, s.enhet_id, s.objekt_id, s.period_id, $1::bigint, s.rad, s.byte_offset, s.flaggor, s.obs_status, s.conf_status,
       s.tryckt, s.period_tryckt, CASE s.del WHEN 'E' THEN 'egen'::lager.arsmal_niva ELSE 'KF' END, s.operator, s.omfattning, s.varde, s.matt
  FROM drift.stage_diff d JOIN drift.stage_fact s USING (seq)
 WHERE d.tabell = 'A' AND d.what IN ('n', 'r') AND d.ar <> ALL ($2::smallint[])
 ORDER BY s.ar, s.stadsdel_id, s.period_id, s.objekt_id, s.enhet_id, s.del
