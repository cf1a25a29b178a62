-- Two rules that a comparison of districts needs: previous values give nothing of other districts away, and what is counted in
-- another unit is set against nothing.
SET LOCAL ROLE stadslager_owner;

---------------------------------------------------------------- previous values that add others up

-- The previous value that a merged district prints is the sum of what its former districts said, and the city's that of all
-- districts.  Where one of the parts is hidden, the sum less the other parts would be it.
CREATE VIEW lager.stadsdel_delar AS
WITH RECURSIVE fore (del_id, hel_id) AS (
    SELECT f.fran_id, f.till_id FROM lager.stadsdel_foljd f
    UNION
    SELECT f.fran_id, v.hel_id FROM fore v JOIN lager.stadsdel_foljd f ON f.till_id = v.del_id
)
SELECT v.hel_id, v.del_id FROM fore v
 UNION ALL
SELECT s.id, d.id FROM lager.dim_stadsdel s JOIN lager.dim_stadsdel d ON d.id <> s.id WHERE s.kod = 'STAD';
COMMENT ON VIEW lager.stadsdel_delar IS 'of which districts a merged district, or the city, is the whole: by date before the merger';

-- As it was, but for DOLT.
CREATE OR REPLACE VIEW lager.utfall_bedomt AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, x.enhet, x.hel_namnd, x.indikator_kod, x.indikator, p.namn AS period, x.ar,
       p.forsta_dag, p.sista_dag, k.kod::text AS kon_kod, k.namn AS kon,
       x.varde, x.matt, x.varde_status, x.obs_status::text, x.conf_status::text, x.tryckt, x.avrundat,
       f.visat AS foregaende,
       CASE WHEN x.kon = 'T' THEN CASE WHEN f.dolt THEN 'suppressed' ELSE f.varde_status END END AS foregaende_status,
       CASE WHEN d.fran_ar IS NULL THEN x.varde - f.visat END AS forandring,
       d.anteckning AS serie_bruten,
       CASE WHEN x.kon = 'T' THEN coalesce(m.tryckt, m.varde::text) END AS arsmal, m.operator AS arsmal_operator, m.varde AS arsmal_varde,
       m.matt AS arsmal_matt, analys.uppfyllt(b.egen) AS arsmal_uppfyllt, b.egen AS arsmal_bedomning,
       CASE WHEN x.kon = 'T' THEN coalesce(kf.tryckt, kf.varde::text) END AS kf_arsmal, kf.operator AS kf_operator, kf.varde AS kf_varde,
       kf.matt AS kf_matt, kf.omfattning AS kf_omfattning, analys.uppfyllt(b.kf) AS kf_uppfyllt, b.kf AS kf_bedomning,
       x.flaggor, analys.flaggor_i_ord(x.flaggor) AS flaggor_i_ord, x.slag, x.polaritet, x.agare, x.kon_mening, x.troskel,
       l.source AS kalla, lager.visad_url(l.url) AS url, l.file_sha256 AS fil, x.rad, x.byte_offset, l.run_id AS run,
       l.published_at AS publicerad, x.stadsdel_id, x.enhet_id, x.indikator_id, x.period_id
  FROM lager.utfall_visat x
  JOIN lager.dim_stadsdel s ON s.id = x.stadsdel_id
  JOIN lager.dim_period p ON p.id = x.period_id
  JOIN lager.dim_kon k ON k.kod = x.kon
  JOIN drift.load l ON l.id = x.load_id
  LEFT JOIN lager.indikator_definition d ON d.indikator_id = x.indikator_id AND d.fran_ar = x.ar
  LEFT JOIN LATERAL (
       SELECT h.varde_status, h.dolt, CASE WHEN NOT h.dolt THEN h.varde END AS exakt,
              CASE WHEN h.dolt THEN NULL WHEN x.som = 'andel' THEN lager.andel_visad(h.varde, x.decimaler) ELSE h.varde END AS visat
         FROM (SELECT f.varde_status, f.varde,
                      coalesce(g.foregaende, false)
                      -- asked of wholes only, and these are found once in a question
                      OR x.som = 'antal' AND f.stadsdel_id = ANY (ARRAY(SELECT t.hel_id FROM lager.stadsdel_delar t))
                         AND EXISTS (SELECT FROM lager.stadsdel_delar t
                                       JOIN lager.utfall_skydd v
                                         ON (v.stadsdel_id, v.period_id, v.indikator_id) = (t.del_id, f.period_id - 10000, f.indikator_id)
                                      WHERE t.hel_id = f.stadsdel_id) AS dolt
                 FROM lager.fact_foregaende f
                 LEFT JOIN lager.utfall_skydd_grupp g
                   ON (g.stadsdel_id, g.period_id, g.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id)
                WHERE f.ersatt_load_id IS NULL AND x.kon = 'T' AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id)
                    = (x.ar, x.stadsdel_id, x.enhet_id, x.indikator_id, x.period_id)) h) f ON true
  LEFT JOIN lager.fact_arsmal m
    ON m.ersatt_load_id IS NULL AND m.niva = 'egen' AND x.kon = 'T' AND (m.ar, m.stadsdel_id, m.enhet_id, m.indikator_id, m.period_id)
     = (x.ar, x.stadsdel_id, x.enhet_id, x.indikator_id, x.period_id)
  LEFT JOIN lager.fact_arsmal kf
    ON kf.ersatt_load_id IS NULL AND kf.niva = 'KF' AND x.kon = 'T' AND (kf.ar, kf.stadsdel_id, kf.enhet_id, kf.indikator_id, kf.period_id)
     = (x.ar, x.stadsdel_id, x.enhet_id, x.indikator_id, x.period_id)
 CROSS JOIN LATERAL (
       SELECT CASE WHEN x.kon = 'T' THEN analys.bedom(m.operator::text, m.varde, m.matt, m.omfattning = 'stadens_total' AND s.kod <> 'STAD',
                                      x.polaritet, x.varde_status::text, x.varde_exakt, x.varde, x.matt, f.exakt) END AS egen,
              CASE WHEN x.kon = 'T' THEN analys.bedom(kf.operator::text, kf.varde, kf.matt, kf.omfattning = 'stadens_total' AND s.kod <> 'STAD',
                                      x.polaritet, x.varde_status::text, x.varde_exakt, x.varde, x.matt, f.exakt) END AS kf) b
 WHERE (SELECT lager.oforandrat('lager.fact_arsmal'::regclass)) AND (SELECT lager.oforandrat('lager.fact_foregaende'::regclass));

---------------------------------------------------------------- values in another unit

-- As it was, but that a value in another unit than the indicator's (as rule V-MATT means it) stands for itself: it has no place, and is
-- in no median, sum, difference or change.  A cell without a unit is taken for the indicator's, as it is where it is loaded.
CREATE OR REPLACE VIEW lager.jamforelse_alla AS
SELECT y.bas, s.kod AS stadsdel_kod, s.namn AS stadsdel, y.indikator_kod, y.indikator, p.namn AS period, p.ar, y.kon::text AS kon_kod, k.namn AS kon,
       y.varde, y.matt, y.varde_status, y.obs_status::text, y.conf_status::text, y.tryckt, y.kombination,
       CASE WHEN y.jamfort IS NOT NULL AND y.polaritet <> 'neutral' AND NOT y.ar_staden THEN y.plats END AS rang,
       y.visade AS antal_varden, y.dolda AS antal_undertryckta, trim_scale(y.median) AS median, y.lagst, y.hogst,
       y.hogst - y.lagst AS spridning, y.staden AS stadens_varde, y.jamfort - y.staden AS skillnad_staden, y.kvinnor, y.man,
       CASE WHEN y.kon_mening IN ('andel_av_total', 'delsumma') THEN NULL ELSE y.kvinnor - y.man END AS gap_kvinnor_man, y.ett_ar_fore, y.tva_ar_fore,
       CASE WHEN d.fran_ar IS NULL THEN y.jamfort - y.ett_ar_fore END AS forandring,
       CASE WHEN d.fran_ar IS NOT NULL OR y.jamfort - y.ett_ar_fore IS NULL THEN NULL
            WHEN y.jamfort = y.ett_ar_fore THEN 'oförändrat'
            WHEN y.polaritet = 'neutral' THEN CASE WHEN y.jamfort > y.ett_ar_fore THEN 'upp' ELSE 'ned' END
            WHEN (y.jamfort > y.ett_ar_fore) = (y.polaritet = 'hogre') THEN 'bättre' ELSE 'sämre' END AS trend,
       d.anteckning AS serie_bruten, m.arsmal, m.arsmal_uppfyllt, m.arsmal_bedomning, m.kf_arsmal, m.kf_omfattning, m.kf_uppfyllt,
       m.kf_bedomning, y.slag, y.polaritet, y.ar_staden, y.stadsdel_id, y.indikator_id, y.period_id,
       y.varde IS NOT NULL AND y.jamfort IS NULL AS annan_enhet
  FROM (SELECT z.*,
               avg(z.jamfort) FILTER (WHERE NOT z.ar_staden AND z.plats_nedifran * 2 BETWEEN z.visade AND z.visade + 2) OVER alla AS median
          FROM (SELECT r.*, s.kod = 'STAD' AS ar_staden,
                       rank() OVER (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.kon, s.kod = 'STAD'
                                    ORDER BY CASE r.polaritet WHEN 'lagre' THEN r.jamfort ELSE -r.jamfort END NULLS LAST) AS plats,
                       row_number() OVER (PARTITION BY r.bas, r.indikator, r.indikator_kod, r.indikator_id, r.period_id, r.kon, s.kod = 'STAD'
                                          ORDER BY r.jamfort NULLS LAST, r.stadsdel_id) AS plats_nedifran,
                       count(r.jamfort) FILTER (WHERE s.kod <> 'STAD') OVER alla AS visade,
                       count(*) FILTER (WHERE r.varde_status = 'suppressed' AND s.kod <> 'STAD') OVER alla AS dolda,
                       min(r.jamfort) FILTER (WHERE s.kod <> 'STAD') OVER alla AS lagst,
                       max(r.jamfort) FILTER (WHERE s.kod <> 'STAD') OVER alla AS hogst,
                       max(r.jamfort) FILTER (WHERE s.kod = 'STAD') OVER alla AS staden,
                       max(r.jamfort) FILTER (WHERE r.kon = 'K') OVER stadsdelen AS kvinnor,
                       max(r.jamfort) FILTER (WHERE r.kon = 'M') OVER stadsdelen AS man,
                       max(r.jamfort) OVER (aren RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING) AS ett_ar_fore,
                       max(r.jamfort) OVER (aren RANGE BETWEEN 2 PRECEDING AND 2 PRECEDING) AS tva_ar_fore
                  FROM (SELECT a.*,
                               CASE WHEN a.matt IS NULL OR i.matt IS NULL OR i.matt IN ('', 'index', a.matt)
                                         OR i.kon_mening = 'andel_av_total' AND a.kon <> 'T' -- its own unit
                                         -- "kg CO2 per kg livsmedel" is "kg CO2", said more fully
                                         OR starts_with(a.matt, i.matt || ' ') OR starts_with(i.matt, a.matt || ' ') THEN a.varde END AS jamfort
                          FROM lager.jamforelse_rad a
                          JOIN lager.dim_indikator i ON i.id = a.indikator_id) r
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

CREATE OR REPLACE VIEW analys.jamforelse WITH (security_barrier) AS SELECT * FROM lager.jamforelse_alla WHERE bas = 'rapporterad';
CREATE OR REPLACE VIEW analys.jamforelse_idag WITH (security_barrier) AS SELECT * FROM lager.jamforelse_alla WHERE bas = 'idag';
COMMENT ON COLUMN analys.jamforelse.annan_enhet IS
    'the value is in another unit (matt) than the indicator''s: it is set against nothing, and has no place, change or gap';
COMMENT ON COLUMN analys.jamforelse_idag.annan_enhet IS
    'the value is in another unit (matt) than the indicator''s: it is set against nothing, and has no place, change or gap';
