-- Women and men are set against each other only where each sex's value is its own rate, index or count.  Where the two are parts
-- of one whole (91 % of those concerned are women), their difference says who was counted and not how it went for them.
SET LOCAL ROLE stadslager_owner;

-- Every window is cut by the indicator, so that a question about one indicator reads that one only.
CREATE OR REPLACE VIEW lager.jamforelse_alla AS
SELECT y.bas, s.kod AS stadsdel_kod, s.namn AS stadsdel, y.indikator_kod, y.indikator, p.namn AS period, p.ar, y.kon::text AS kon_kod, k.namn AS kon,
       y.varde, y.matt, y.varde_status, y.obs_status::text, y.conf_status::text, y.tryckt, y.kombination,
       CASE WHEN y.varde IS NOT NULL AND y.polaritet <> 'neutral' AND NOT y.ar_staden THEN y.plats END AS rang,
       y.visade AS antal_varden, y.dolda AS antal_undertryckta, trim_scale(y.median) AS median, y.lagst, y.hogst,
       y.hogst - y.lagst AS spridning, y.staden AS stadens_varde, y.varde - y.staden AS skillnad_staden, y.kvinnor, y.man,
       CASE WHEN y.kon_mening IN ('andel_av_total', 'delsumma') THEN NULL ELSE y.kvinnor - y.man END AS gap_kvinnor_man, y.ett_ar_fore, y.tva_ar_fore,
       CASE WHEN d.fran_ar IS NULL THEN y.varde - y.ett_ar_fore END AS forandring,
       CASE WHEN d.fran_ar IS NOT NULL OR y.varde - y.ett_ar_fore IS NULL THEN NULL
            WHEN y.varde = y.ett_ar_fore THEN 'oförändrat'
            WHEN y.polaritet = 'neutral' THEN CASE WHEN y.varde > y.ett_ar_fore THEN 'upp' ELSE 'ned' END
            WHEN (y.varde > y.ett_ar_fore) = (y.polaritet = 'hogre') THEN 'bättre' ELSE 'sämre' END AS trend,
       d.anteckning AS serie_bruten, m.arsmal, m.arsmal_uppfyllt, m.arsmal_bedomning, m.kf_arsmal, m.kf_omfattning, m.kf_uppfyllt,
       m.kf_bedomning, y.slag, y.polaritet, y.ar_staden, y.stadsdel_id, y.indikator_id, y.period_id
  FROM (SELECT z.*,
               avg(z.varde) FILTER (WHERE NOT z.ar_staden AND z.plats_nedifran * 2 BETWEEN z.visade AND z.visade + 2) OVER alla AS median
          FROM (SELECT r.*, s.kod = 'STAD' AS ar_staden,
                       rank() OVER (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.kon, s.kod = 'STAD'
                                    ORDER BY CASE r.polaritet WHEN 'lagre' THEN r.varde ELSE -r.varde END NULLS LAST) AS plats,
                       row_number() OVER (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.kon, s.kod = 'STAD'
                                          ORDER BY r.varde NULLS LAST, r.stadsdel_id) AS plats_nedifran,
                       count(r.varde) FILTER (WHERE s.kod <> 'STAD') OVER alla AS visade,
                       count(*) FILTER (WHERE r.varde_status = 'suppressed' AND s.kod <> 'STAD') OVER alla AS dolda,
                       min(r.varde) FILTER (WHERE s.kod <> 'STAD') OVER alla AS lagst,
                       max(r.varde) FILTER (WHERE s.kod <> 'STAD') OVER alla AS hogst,
                       max(r.varde) FILTER (WHERE s.kod = 'STAD') OVER alla AS staden,
                       max(r.varde) FILTER (WHERE r.kon = 'K') OVER stadsdelen AS kvinnor,
                       max(r.varde) FILTER (WHERE r.kon = 'M') OVER stadsdelen AS man,
                       max(r.varde) OVER (aren RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING) AS ett_ar_fore,
                       max(r.varde) OVER (aren RANGE BETWEEN 2 PRECEDING AND 2 PRECEDING) AS tva_ar_fore
                  FROM lager.jamforelse_rad r
                  JOIN lager.dim_stadsdel s ON s.id = r.stadsdel_id
                WINDOW alla AS (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.kon),
                       stadsdelen AS (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.stadsdel_id),
                       aren AS (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.stadsdel_id, r.kon, r.period_id % 10000
                                ORDER BY r.ar)) z
        WINDOW alla AS (PARTITION BY z.bas, z.indikator, z.indikator_kod, z.indikator_id, z.period_id, z.kon)) y
  JOIN lager.dim_stadsdel s ON s.id = y.stadsdel_id
  JOIN lager.dim_period p ON p.id = y.period_id
  JOIN lager.dim_kon k ON k.kod = y.kon
  LEFT JOIN lager.indikator_definition d ON d.indikator_id = y.indikator_id AND d.fran_ar = y.ar
  LEFT JOIN LATERAL (SELECT u.* FROM lager.utfall_bedomt u
                      WHERE y.kombination = 'egen' AND u.hel_namnd AND (u.ar, u.stadsdel_id, u.indikator_id, u.period_id, u.kon_kod)
                          = (y.ar, y.del_id, y.indikator_id, y.period_id, y.kon)
                      LIMIT 1) m ON true;

DO $$
DECLARE
    vy text;
BEGIN
    FOREACH vy IN ARRAY ARRAY['analys.jamforelse', 'analys.jamforelse_idag'] LOOP
        EXECUTE format('COMMENT ON COLUMN %s.kvinnor IS %L', vy,
                       'the district''s value for women and girls; a share of the total where the indicator''s kon_mening is andel_av_total');
        EXECUTE format('COMMENT ON COLUMN %s.man IS %L', vy, 'the district''s value for men and boys; as kvinnor');
        EXECUTE format('COMMENT ON COLUMN %s.gap_kvinnor_man IS %L', vy,
                       'kvinnor - man; null where these are parts of one whole (kon_mening andel_av_total or delsumma)');
    END LOOP;
END
$$;
