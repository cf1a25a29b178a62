-- Facts of load $1, already in the fact tables, whose figure stands in a neighbouring year too and reads otherwise there, for
-- foregaende_differs and foregaende_later, which judge them.  $2 years of this load, $3 the years before them, $4 those after.  nr: the place in the export orders what is
-- found of them, as of those that are staged already, because they share a key.
INSERT INTO drift.stage_fact (seq, nr, rad, byte_offset, enhet_id, objekt_id, period_id, ar, stadsdel_id, flaggor, tabell, del, obs_status,
    conf_status, varde_status, varde, matt, tryckt, period_tryckt, avser)
SELECT (SELECT coalesce(max(seq), 0) FROM drift.stage_fact) + row_number() OVER (), x.byte_offset, x.*
  FROM (SELECT f.rad, f.byte_offset, f.enhet_id, f.indikator_id, f.period_id, f.ar, f.stadsdel_id, f.flaggor, 'F'::"char", '-'::"char",
               f.obs_status, f.conf_status, f.varde_status, f.varde, f.matt, f.tryckt, f.period_tryckt, f.avser
          FROM lager.fact_foregaende f
          JOIN lager.fact_utfall u
            ON u.ar = f.ar - 1 AND u.stadsdel_id = f.stadsdel_id AND u.enhet_id = f.enhet_id AND u.indikator_id = f.indikator_id
           AND u.period_id = f.period_id - 10000 AND u.kon = 'T' AND u.ersatt_load_id IS NULL
         WHERE f.ar = ANY ($2::smallint[]) AND f.load_id = $1::bigint AND u.ar = ANY ($3::smallint[]) AND f.varde <> u.varde
         UNION ALL
        SELECT u.rad, u.byte_offset, u.enhet_id, u.indikator_id, u.period_id, u.ar, u.stadsdel_id, u.flaggor, 'U', u.kon,
               u.obs_status, u.conf_status, u.varde_status, u.varde, u.matt, u.tryckt, u.period_tryckt, NULL
          FROM lager.fact_utfall u
          JOIN lager.fact_foregaende f
            ON f.ar = u.ar + 1 AND f.stadsdel_id = u.stadsdel_id AND f.enhet_id = u.enhet_id AND f.indikator_id = u.indikator_id
           AND f.period_id = u.period_id + 10000 AND f.ersatt_load_id IS NULL
         WHERE u.ar = ANY ($2::smallint[]) AND u.load_id = $1::bigint AND f.ar = ANY ($4::smallint[]) AND u.kon = 'T' AND f.varde <> u.varde) x
 WHERE NOT EXISTS (SELECT FROM drift.stage_fact s WHERE s.byte_offset = x.byte_offset)
