-- What is current under the keys of the lines that differ: one look into an index for each, whatever the planner thinks (OFFSET 0
-- keeps the sub-select whole), in the index's order, since neighbours are in the same pages.  Delimited text has no other tables than
-- these three.
INSERT INTO drift.stage_current
SELECT g.*
  FROM (SELECT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del FROM drift.stage_fact
         UNION
        SELECT tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del FROM drift.stage_gone
         ORDER BY tabell, ar, stadsdel_id, period_id, objekt_id, enhet_id, del
        OFFSET 0) k
 CROSS JOIN LATERAL (
       SELECT 'U'::"char" AS tabell, u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id, u.kon, u.varde, u.varde_status, u.matt,
              u.tryckt, u.period_tryckt, NULL::lager.arsmal_operator, NULL::lager.omfattning, NULL::lager.uppfyllelse, NULL::text,
              u.obs_status, u.conf_status, u.flaggor, u.rad, u.load_id, NULL::date, NULL::date, NULL::lager.klar, NULL::lager.storhet,
              NULL::lager.post, NULL::lager.overforing, u.ctid AS plats
         FROM lager.fact_utfall u
        WHERE k.tabell = 'U' AND u.ersatt_load_id IS NULL AND u.ar = k.ar AND u.stadsdel_id = k.stadsdel_id AND u.period_id = k.period_id
          AND u.indikator_id = k.objekt_id AND u.enhet_id = k.enhet_id AND u.kon = k.del
        UNION ALL
       SELECT 'A', a.ar, a.stadsdel_id, a.enhet_id, a.indikator_id, a.period_id, k.del, a.varde, NULL, a.matt, a.tryckt, a.period_tryckt,
              a.operator, a.omfattning, NULL, NULL, a.obs_status, a.conf_status, a.flaggor, a.rad, a.load_id, NULL, NULL, NULL, NULL,
              NULL, NULL, a.ctid
         FROM lager.fact_arsmal a
        WHERE k.tabell = 'A' AND a.ersatt_load_id IS NULL AND a.ar = k.ar AND a.stadsdel_id = k.stadsdel_id AND a.period_id = k.period_id
          AND a.indikator_id = k.objekt_id AND a.enhet_id = k.enhet_id
          AND a.niva = CASE k.del WHEN 'E' THEN 'egen'::lager.arsmal_niva ELSE 'KF' END
        UNION ALL
       SELECT 'F', f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id, '-', f.varde, f.varde_status, f.matt, f.tryckt,
              f.period_tryckt, NULL, NULL, NULL, f.avser, f.obs_status, f.conf_status, f.flaggor, f.rad, f.load_id, NULL, NULL, NULL,
              NULL, NULL, NULL, f.ctid
         FROM lager.fact_foregaende f
        WHERE k.tabell = 'F' AND f.ersatt_load_id IS NULL AND f.ar = k.ar AND f.stadsdel_id = k.stadsdel_id AND f.period_id = k.period_id
          AND f.indikator_id = k.objekt_id AND f.enhet_id = k.enhet_id
       OFFSET 0) g
