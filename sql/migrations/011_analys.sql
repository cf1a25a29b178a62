-- What analysts read: current versions with names, targets judged, disclosure control applied (010_skydd.sql says how), and
-- the comparison of districts.  The views run with the owner's rights; analysts have none on lager and drift.
SET LOCAL ROLE stadslager_owner;

DROP VIEW analys.utfall, analys.arsmal, analys.maluppfyllelse, analys.aktivitet, analys.tabell, analys.ekonomi;

---------------------------------------------------------------- words

CREATE FUNCTION analys.flaggor_i_ord(flaggor int) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(array_to_string(ARRAY[
        CASE WHEN flaggor & 65536 > 0 THEN 'preliminärt' END, CASE WHEN flaggor & 131072 > 0 THEN 'reviderat' END,
        CASE WHEN flaggor & 262144 > 0 THEN 'enheten avviker' END, CASE WHEN flaggor & 524288 > 0 THEN 'totalen utanför könens värden' END,
        CASE WHEN flaggor & 1048576 > 0 THEN 'nollan står troligen för inget värde' END,
        CASE WHEN flaggor & 2097152 > 0 THEN 'bara ett kön redovisat' END, CASE WHEN flaggor & 4194304 > 0 THEN 'utanför 0–100 %' END,
        CASE WHEN flaggor & 4095 > 0 THEN 'raden lagad vid läsningen' END], ', '), '')
$$;
COMMENT ON FUNCTION analys.flaggor_i_ord IS 'flags of a fact in words';

-- The target of an outcome judged: 'uppfyllt', 'ej uppfyllt', or 'ej bedömd: ' and why.  Exact numbers; where VISAT is rounded
-- and the target lies inside what it was rounded from without being printable itself, the verdict would say more than the
-- value does, so there is none.
CREATE FUNCTION analys.bedom(operator text, mal numeric, mal_matt text, stadens boolean, polaritet text, status text, varde numeric,
                             visat numeric, matt text, foregaende numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN operator IS NULL OR operator = 'none' THEN 'ej bedömd: mål saknas'
        WHEN operator = 'delegated' THEN 'ej bedömd: målet tas fram av nämnden'
        WHEN operator = 'text' THEN 'ej bedömd: målet är text'
        WHEN stadens THEN 'ej bedömd: målet gäller hela staden'
        WHEN status = 'suppressed' THEN 'ej bedömd: värdet visas inte'
        WHEN varde IS NULL THEN 'ej bedömd: värde saknas'
        WHEN operator IN ('increase', 'decrease', 'unchanged') THEN
            CASE WHEN foregaende IS NULL THEN 'ej bedömd: föregående värde saknas'
                 WHEN operator = 'increase' AND varde > foregaende OR operator = 'decrease' AND varde < foregaende
                      OR operator = 'unchanged' AND varde = foregaende THEN 'uppfyllt'
                 ELSE 'ej uppfyllt' END
        WHEN mal IS NULL THEN 'ej bedömd: målet saknar tal'
        WHEN mal_matt <> matt THEN 'ej bedömd: olika enheter'
        WHEN operator = 'value' AND polaritet = 'neutral' AND varde <> mal THEN 'ej bedömd: indikatorn har ingen riktning'
        WHEN visat <> varde AND scale(trim_scale(mal)) > scale(visat)
             AND abs((CASE WHEN operator = 'within' THEN abs(visat) ELSE visat END) - mal) <= 0.5 * 10::numeric ^ -scale(visat)
            THEN 'ej bedömd: avrundat värde för nära målet'
        WHEN CASE operator WHEN 'at_least' THEN varde >= mal WHEN 'at_most' THEN varde <= mal WHEN 'exactly' THEN varde = mal
                           WHEN 'within' THEN abs(varde) <= mal
                           ELSE CASE polaritet WHEN 'hogre' THEN varde >= mal WHEN 'lagre' THEN varde <= mal ELSE varde = mal END END
            THEN 'uppfyllt'
        ELSE 'ej uppfyllt' END
$$;
COMMENT ON FUNCTION analys.bedom IS 'judges an outcome against its target by operator, direction, polarity and tolerance';

CREATE FUNCTION analys.uppfyllt(bedomning text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE bedomning WHEN 'uppfyllt' THEN true WHEN 'ej uppfyllt' THEN false END $$;
COMMENT ON FUNCTION analys.uppfyllt IS 'a judgement as true, false or null (not judged)';

-- An address without what may be a secret: user and password, query.
CREATE FUNCTION lager.visad_url(url text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT regexp_replace(regexp_replace(url, '[?#].*$', ''), '://[^/]*@', '://') $$;

---------------------------------------------------------------- the one place where outcomes are shown or not

CREATE VIEW lager.utfall_visat AS
SELECT u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id, u.kon, e.namn AS enhet, e.hel_namnd,
       i.namn AS indikator, i.kod AS indikator_kod, i.slag, i.polaritet, i.agare, i.kon_mening, i.troskel,
       CASE WHEN h.skal IS NOT NULL THEN NULL WHEN v.andel THEN lager.andel_visad(u.varde, v.decimaler) ELSE u.varde END AS varde,
       u.matt,
       CASE WHEN h.skal IS NOT NULL THEN 'suppressed' ELSE u.varde_status END AS varde_status,
       CASE WHEN h.skal = 'nara' THEN 'N' WHEN h.skal = 'dold' THEN 'Q' ELSE u.obs_status END::"char" AS obs_status,
       CASE WHEN h.skal = 'nara' THEN 'A' WHEN h.skal = 'dold' THEN 'C' ELSE u.conf_status END::"char" AS conf_status,
       CASE WHEN h.skal = 'nara' THEN '~' || round(u.varde, v.decimaler) WHEN h.skal = 'dold' THEN '..'
            WHEN u.varde_status = 'text' AND u.tryckt ~ '[0-9]' AND v.som IS NOT NULL THEN NULL ELSE u.tryckt END AS tryckt,
       h.skal IS NULL AND v.andel AND scale(u.varde) > v.decimaler AS avrundat,
       -- What was noted about a hidden value could say how great it is.
       CASE WHEN h.skal IS NOT NULL THEN u.flaggor & 200703 ELSE u.flaggor END AS flaggor,
       u.varde AS varde_exakt, v.som, v.decimaler, u.load_id, u.rad, u.byte_offset, u.period_tryckt
  FROM lager.fact_utfall u
  JOIN lager.dim_indikator i ON i.id = u.indikator_id
  JOIN lager.dim_enhet e ON e.id = u.enhet_id
 CROSS JOIN LATERAL (SELECT s.som, s.som = 'andel' OR s.som = 'antal' AND i.kon_mening = 'andel_av_total' AND u.kon <> 'T' AS andel,
                            lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd) AS decimaler
                       FROM (SELECT lager.skyddas_som(i.slag, i.troskel, i.matt, u.matt) AS som) s) v
  LEFT JOIN lager.utfall_skydd h
    ON (h.stadsdel_id, h.period_id, h.indikator_id, h.enhet_id, h.kon) = (u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon)
 WHERE u.ersatt_load_id IS NULL;
COMMENT ON VIEW lager.utfall_visat IS
    'current outcomes as analysts may see them; varde_exakt is for judging targets and must not leave the views';

---------------------------------------------------------------- outcomes

CREATE VIEW lager.utfall_bedomt AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, x.enhet, x.hel_namnd, x.indikator_kod, x.indikator, p.namn AS period, p.ar,
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
       SELECT f.varde_status, coalesce(g.foregaende, false) AS dolt, CASE WHEN NOT coalesce(g.foregaende, false) THEN f.varde END AS exakt,
              CASE WHEN coalesce(g.foregaende, false) THEN NULL WHEN x.som = 'andel' THEN lager.andel_visad(f.varde, x.decimaler)
                   ELSE f.varde END AS visat
         FROM lager.fact_foregaende f
         LEFT JOIN lager.utfall_skydd_grupp g
           ON (g.stadsdel_id, g.period_id, g.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id)
        WHERE f.ersatt_load_id IS NULL AND x.kon = 'T' AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id)
            = (x.ar, x.stadsdel_id, x.enhet_id, x.indikator_id, x.period_id)) f ON true
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
                                      x.polaritet, x.varde_status::text, x.varde_exakt, x.varde, x.matt, f.exakt) END AS kf) b;

CREATE VIEW analys.utfall WITH (security_barrier) AS SELECT * FROM lager.utfall_bedomt;
COMMENT ON VIEW analys.utfall IS
    'current outcomes: one row per district, unit, indicator, period and sex; previous value and targets stand on the rows of both sexes together (Totalt)';
COMMENT ON COLUMN analys.utfall.stadsdel_kod IS 'code of the district: stable';
COMMENT ON COLUMN analys.utfall.stadsdel IS 'district';
COMMENT ON COLUMN analys.utfall.enhet IS 'unit; "Hela nämnden" stands for the whole board';
COMMENT ON COLUMN analys.utfall.hel_namnd IS 'the row is the whole board''s';
COMMENT ON COLUMN analys.utfall.indikator_kod IS 'code of the indicator: stable; null = not in the registry yet';
COMMENT ON COLUMN analys.utfall.indikator IS 'indicator';
COMMENT ON COLUMN analys.utfall.period IS 'period: 2023, T1 2024, …';
COMMENT ON COLUMN analys.utfall.ar IS 'year of the period';
COMMENT ON COLUMN analys.utfall.forsta_dag IS 'first day of the period';
COMMENT ON COLUMN analys.utfall.sista_dag IS 'last day of the period';
COMMENT ON COLUMN analys.utfall.kon_kod IS 'sex: T both, M men and boys, K women and girls, O unknown or other';
COMMENT ON COLUMN analys.utfall.kon IS 'sex in words';
COMMENT ON COLUMN analys.utfall.varde IS 'the outcome, shares rounded; null unless varde_status is reported';
COMMENT ON COLUMN analys.utfall.matt IS 'unit of measure: %, st, …';
COMMENT ON COLUMN analys.utfall.varde_status IS 'reported, suppressed (hidden, never 0), not_measured, missing, not_applicable, text';
COMMENT ON COLUMN analys.utfall.obs_status IS 'SDMX OBS_STATUS: A normal, P provisional, Q suppressed, N not exactly (~0, ~100), L, M, O no value';
COMMENT ON COLUMN analys.utfall.conf_status IS 'SDMX CONF_STATUS: F free, C confidential, A small counts';
COMMENT ON COLUMN analys.utfall.tryckt IS 'what stands for the number where there is none: "..", "~100", words';
COMMENT ON COLUMN analys.utfall.avrundat IS 'the share has more decimals than it is shown with';
COMMENT ON COLUMN analys.utfall.foregaende IS 'the previous period''s value as this report prints it';
COMMENT ON COLUMN analys.utfall.foregaende_status IS 'as varde_status; null = the report has none';
COMMENT ON COLUMN analys.utfall.forandring IS 'varde - foregaende; null where the series is broken';
COMMENT ON COLUMN analys.utfall.serie_bruten IS 'the indicator is defined otherwise from this year on: why; null = it is not';
COMMENT ON COLUMN analys.utfall.arsmal IS 'the unit''s or board''s target as printed';
COMMENT ON COLUMN analys.utfall.arsmal_operator IS 'value, at_least, at_most, exactly, within, increase, decrease, unchanged, delegated, text; null = no target';
COMMENT ON COLUMN analys.utfall.arsmal_varde IS 'number of the target';
COMMENT ON COLUMN analys.utfall.arsmal_matt IS 'unit of the target';
COMMENT ON COLUMN analys.utfall.arsmal_uppfyllt IS 'met, not met; null = not judged';
COMMENT ON COLUMN analys.utfall.arsmal_bedomning IS 'uppfyllt, ej uppfyllt, or "ej bedömd: " and why; judged on the exact value';
COMMENT ON COLUMN analys.utfall.kf_arsmal IS 'the city council''s target as printed';
COMMENT ON COLUMN analys.utfall.kf_operator IS 'as arsmal_operator';
COMMENT ON COLUMN analys.utfall.kf_varde IS 'number of the council''s target';
COMMENT ON COLUMN analys.utfall.kf_matt IS 'unit of the council''s target';
COMMENT ON COLUMN analys.utfall.kf_omfattning IS 'stadens_total: a target for the whole city, never set against a district''s outcome';
COMMENT ON COLUMN analys.utfall.kf_uppfyllt IS 'as arsmal_uppfyllt';
COMMENT ON COLUMN analys.utfall.kf_bedomning IS 'as arsmal_bedomning';
COMMENT ON COLUMN analys.utfall.flaggor IS 'bits: 0-15 how the row was read, 16- what validation noted';
COMMENT ON COLUMN analys.utfall.flaggor_i_ord IS 'the flags in words; empty = none';
COMMENT ON COLUMN analys.utfall.slag IS 'andel (share), antal (count), index, belopp (money), kvot (ratio); null = not known';
COMMENT ON COLUMN analys.utfall.polaritet IS 'which direction is better: hogre, lagre, neutral';
COMMENT ON COLUMN analys.utfall.agare IS 'who follows it up: KF, namnd, enhet';
COMMENT ON COLUMN analys.utfall.kon_mening IS 'what the sexes'' values are: egen_andel, eget_antal, andel_av_total, delsumma';
COMMENT ON COLUMN analys.utfall.troskel IS 'counts below it (and above 0) are hidden';
COMMENT ON COLUMN analys.utfall.kalla IS 'source the value came from';
COMMENT ON COLUMN analys.utfall.url IS 'where it was fetched from';
COMMENT ON COLUMN analys.utfall.fil IS 'SHA-256 of the export: its name in the archive';
COMMENT ON COLUMN analys.utfall.rad IS 'line of the export';
COMMENT ON COLUMN analys.utfall.byte_offset IS 'offset in the plain bytes of the export';
COMMENT ON COLUMN analys.utfall.run IS 'run that published it';
COMMENT ON COLUMN analys.utfall.publicerad IS 'when';
COMMENT ON COLUMN analys.utfall.stadsdel_id IS 'key for joins between these views';
COMMENT ON COLUMN analys.utfall.enhet_id IS 'key for joins between these views';
COMMENT ON COLUMN analys.utfall.indikator_id IS 'key for joins between these views';
COMMENT ON COLUMN analys.utfall.period_id IS 'key for joins between these views';

---------------------------------------------------------------- comparison of districts

-- Today's district of each; a district that went into two has two rows and is no part of a sum.
CREATE VIEW lager.stadsdel_idag AS
WITH RECURSIVE foljd AS (
    SELECT fran_id, till_id FROM lager.stadsdel_foljd WHERE datum <= current_date
), kedja (stadsdel_id, idag_id) AS (
    SELECT id, id FROM lager.dim_stadsdel
    UNION
    SELECT k.stadsdel_id, f.till_id FROM kedja k JOIN foljd f ON f.fran_id = k.idag_id
)
SELECT k.stadsdel_id, k.idag_id, count(*) OVER (PARTITION BY k.stadsdel_id) > 1 AS delad
  FROM kedja k
 WHERE NOT EXISTS (SELECT FROM foljd f WHERE f.fran_id = k.idag_id);
COMMENT ON VIEW lager.stadsdel_idag IS 'which of today''s districts each district is or became part of';

-- Whole boards on both bases.  KOMBINATION: egen (one district's own value), summa, or why there is none.
CREATE VIEW lager.jamforelse_rad AS
SELECT 'rapporterad'::text AS bas, x.stadsdel_id, x.stadsdel_id AS del_id, x.indikator_id, x.indikator, x.indikator_kod, x.polaritet, x.slag,
       x.kon_mening, x.period_id, x.ar, x.kon, x.varde, x.matt, x.varde_status, x.obs_status, x.conf_status, x.tryckt,
       'egen'::text AS kombination
  FROM lager.utfall_visat x
 WHERE x.hel_namnd
UNION ALL
SELECT 'idag', g.idag_id, g.del_id, g.indikator_id, g.indikator, g.indikator_kod, g.polaritet, g.slag, g.kon_mening, g.period_id, g.ar, g.kon,
       CASE WHEN g.kombination IN ('egen', 'summa') THEN g.summa END, g.matt,
       CASE WHEN g.kombination = 'egen' THEN g.status WHEN g.kombination = 'summa' AND g.dolda > 0 THEN 'suppressed'
            WHEN g.kombination = 'summa' THEN 'reported'
            WHEN g.kombination = 'ofullständig' THEN 'missing' ELSE 'not_applicable' END::lager.varde_status,
       CASE WHEN g.kombination = 'egen' THEN g.obs WHEN g.kombination = 'summa' AND g.dolda > 0 THEN 'Q'
            WHEN g.kombination = 'summa' THEN 'A' WHEN g.kombination = 'ofullständig' THEN 'O' ELSE 'M' END::"char",
       CASE WHEN g.kombination = 'egen' THEN g.conf WHEN g.kombination = 'summa' AND g.dolda > 0 THEN 'C' ELSE 'F' END::"char",
       CASE WHEN g.kombination = 'egen' THEN g.tryckt WHEN g.kombination = 'summa' AND g.dolda > 0 THEN '..' END,
       g.kombination
  FROM (SELECT a.*,
               CASE WHEN a.delad OR a.finns <> a.vid_slutet AND a.finns <> a.vid_borjan AND NOT a.finns <@ a.vid_slutet
                         AND NOT a.finns <@ a.vid_borjan THEN 'ej kombinerbar: överlappande stadsdelar'
                    WHEN a.finns <> a.vid_slutet AND a.finns <> a.vid_borjan THEN 'ofullständig'
                    WHEN a.n = 1 THEN 'egen'
                    WHEN a.slag IS NULL OR a.slag NOT IN ('antal', 'belopp') OR a.kon_mening = 'andel_av_total' AND a.kon <> 'T'
                         THEN 'ej kombinerbar: nämnare saknas'
                    WHEN a.olika_matt THEN 'ej kombinerbar: olika enheter'
                    WHEN a.saknade > 0 THEN 'ofullständig'
                    ELSE 'summa' END AS kombination
          FROM (SELECT si.idag_id, x.indikator_id, x.period_id, x.kon, x.indikator, x.indikator_kod, x.polaritet, x.slag, x.kon_mening,
                       x.ar, count(*) AS n,
                       min(x.stadsdel_id) AS del_id, bool_or(si.delad) AS delad,
                       array_agg(x.stadsdel_id ORDER BY x.stadsdel_id) AS finns,
                       coalesce((SELECT array_agg(d.id ORDER BY d.id) FROM lager.stadsdel_idag t JOIN lager.dim_stadsdel d ON d.id = t.stadsdel_id
                                  JOIN lager.dim_period p ON p.id = x.period_id WHERE t.idag_id = si.idag_id
                                   AND p.sista_dag BETWEEN coalesce(d.giltig_fran, '-infinity') AND coalesce(d.giltig_till, 'infinity')), '{}') AS vid_slutet,
                       coalesce((SELECT array_agg(d.id ORDER BY d.id) FROM lager.stadsdel_idag t JOIN lager.dim_stadsdel d ON d.id = t.stadsdel_id
                                  JOIN lager.dim_period p ON p.id = x.period_id WHERE t.idag_id = si.idag_id
                                   AND p.forsta_dag BETWEEN coalesce(d.giltig_fran, '-infinity') AND coalesce(d.giltig_till, 'infinity')), '{}') AS vid_borjan,
                       -- never a sum of which a part is hidden
                       CASE WHEN count(*) = count(x.varde) THEN sum(x.varde) END AS summa, min(x.matt) AS matt,
                       count(DISTINCT coalesce(x.matt, '')) > 1 AS olika_matt,
                       count(*) FILTER (WHERE x.varde_status = 'suppressed') AS dolda,
                       count(*) FILTER (WHERE x.varde_status NOT IN ('reported', 'suppressed')) AS saknade,
                       min(x.varde_status) AS status, min(x.obs_status::text) AS obs, min(x.conf_status::text) AS conf, min(x.tryckt) AS tryckt
                  FROM lager.utfall_visat x
                  JOIN lager.stadsdel_idag si ON si.stadsdel_id = x.stadsdel_id
                 WHERE x.hel_namnd
                 GROUP BY si.idag_id, x.indikator_id, x.period_id, x.kon, x.indikator, x.indikator_kod, x.polaritet, x.slag,
                          x.kon_mening, x.ar) a) g;

-- Every window is cut by the indicator, so that a question about one indicator reads that one only.
CREATE VIEW lager.jamforelse_alla AS
SELECT y.bas, s.kod AS stadsdel_kod, s.namn AS stadsdel, y.indikator_kod, y.indikator, p.namn AS period, p.ar, y.kon::text AS kon_kod, k.namn AS kon,
       y.varde, y.matt, y.varde_status, y.obs_status::text, y.conf_status::text, y.tryckt, y.kombination,
       CASE WHEN y.varde IS NOT NULL AND y.polaritet <> 'neutral' AND NOT y.ar_staden THEN y.plats END AS rang,
       y.visade AS antal_varden, y.dolda AS antal_undertryckta, trim_scale(y.median) AS median, y.lagst, y.hogst,
       y.hogst - y.lagst AS spridning, y.staden AS stadens_varde, y.varde - y.staden AS skillnad_staden, y.kvinnor, y.man,
       y.kvinnor - y.man AS gap_kvinnor_man, y.ett_ar_fore, y.tva_ar_fore,
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

CREATE VIEW analys.jamforelse WITH (security_barrier) AS SELECT * FROM lager.jamforelse_alla WHERE bas = 'rapporterad';
CREATE VIEW analys.jamforelse_idag WITH (security_barrier) AS SELECT * FROM lager.jamforelse_alla WHERE bas = 'idag';
COMMENT ON VIEW analys.jamforelse IS 'whole boards of the districts as they reported, beside each other: one row per district, indicator, period and sex';
COMMENT ON VIEW analys.jamforelse_idag IS
    'the same for today''s districts: counts of merged districts are added, shares and ratios are not (their denominators are not known)';
DO $$
DECLARE
    vy text;
    rad record;
BEGIN
    FOREACH vy IN ARRAY ARRAY['jamforelse', 'jamforelse_idag'] LOOP
        FOR rad IN SELECT * FROM (VALUES
            ('bas', 'rapporterad: districts as they reported; idag: today''s districts'),
            ('stadsdel_kod', 'code of the district: stable'), ('stadsdel', 'district'),
            ('indikator_kod', 'code of the indicator: stable; null = not in the registry yet'), ('indikator', 'indicator'),
            ('period', 'period: 2023, T1 2024, …'), ('ar', 'year of the period'),
            ('kon_kod', 'sex: T both, M men and boys, K women and girls, O unknown or other'), ('kon', 'sex in words'),
            ('varde', 'the outcome, shares rounded; null unless varde_status is reported'), ('matt', 'unit of measure'),
            ('varde_status', 'as in utfall; not_applicable: not combinable; missing: a part is missing'),
            ('obs_status', 'SDMX OBS_STATUS'), ('conf_status', 'SDMX CONF_STATUS'),
            ('tryckt', 'what stands for the number where there is none'),
            ('kombination', 'egen: one district''s own value; summa: of its former districts; ofullständig: one of them is missing; else why there is none'),
            ('rang', 'place among the districts, 1 = best; null = no value, or neither direction is better'),
            ('antal_varden', 'districts with a value that is shown'), ('antal_undertryckta', 'districts whose value is hidden'),
            ('median', 'of the districts'' values that are shown'), ('lagst', 'lowest of them'), ('hogst', 'highest of them'),
            ('spridning', 'highest - lowest'), ('stadens_varde', 'the city''s own value, where it is reported'),
            ('skillnad_staden', 'varde - stadens_varde'), ('kvinnor', 'the district''s value for women and girls'),
            ('man', 'the district''s value for men and boys'), ('gap_kvinnor_man', 'kvinnor - man'),
            ('ett_ar_fore', 'the district''s value a year before, as that year''s report says'), ('tva_ar_fore', 'two years before'),
            ('forandring', 'varde - ett_ar_fore; null where the series is broken'),
            ('trend', 'bättre, sämre or oförändrat since the year before; upp or ned where neither direction is better'),
            ('serie_bruten', 'the indicator is defined otherwise from this year on: why'),
            ('arsmal', 'the district''s target as printed'), ('arsmal_uppfyllt', 'met, not met; null = not judged'),
            ('arsmal_bedomning', 'uppfyllt, ej uppfyllt, or "ej bedömd: " and why'),
            ('kf_arsmal', 'the city council''s target as printed'),
            ('kf_omfattning', 'stadens_total: a target for the whole city, never set against a district''s outcome'),
            ('kf_uppfyllt', 'as arsmal_uppfyllt'), ('kf_bedomning', 'as arsmal_bedomning'), ('slag', 'kind of the indicator'),
            ('polaritet', 'which direction is better'), ('ar_staden', 'the row is the city''s own, which is no district'),
            ('stadsdel_id', 'key for joins between these views'), ('indikator_id', 'key for joins between these views'),
            ('period_id', 'key for joins between these views')) AS x (kolumn, ord) LOOP
            EXECUTE format('COMMENT ON COLUMN analys.%I.%I IS %L', vy, rad.kolumn, rad.ord);
        END LOOP;
    END LOOP;
END
$$;

---------------------------------------------------------------- targets and goals

CREATE VIEW analys.arsmal WITH (security_barrier) AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, e.namn AS enhet, e.hel_namnd, i.kod AS indikator_kod, i.namn AS indikator, p.namn AS period,
       p.ar, m.niva, m.operator, m.varde, m.matt, m.omfattning, m.tryckt, m.flaggor, l.source AS kalla, l.run_id AS run,
       l.file_sha256 AS fil, m.rad, l.published_at AS publicerad, m.stadsdel_id, m.enhet_id, m.indikator_id, m.period_id
  FROM lager.fact_arsmal m
  JOIN lager.dim_stadsdel s ON s.id = m.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = m.enhet_id
  JOIN lager.dim_indikator i ON i.id = m.indikator_id
  JOIN lager.dim_period p ON p.id = m.period_id
  JOIN drift.load l ON l.id = m.load_id
 WHERE m.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.arsmal IS 'current targets, read; utfall has them beside the outcomes, judged';

CREATE VIEW analys.malbild WITH (security_barrier) AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, e.namn AS enhet, e.hel_namnd, p.namn AS period, p.ar, g.niva, g.nummer, g.text AS mal,
       m.uppfyllelse, m.tryckt, o.niva AS over_niva, o.nummer AS over_nummer, o.text AS over_mal, m.flaggor, l.source AS kalla,
       l.run_id AS run, l.file_sha256 AS fil, m.rad, l.published_at AS publicerad, m.mal_id, g.overordnat_id AS over_mal_id,
       m.stadsdel_id, m.enhet_id, m.period_id
  FROM lager.fact_maluppfyllelse m
  JOIN lager.dim_stadsdel s ON s.id = m.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = m.enhet_id
  JOIN lager.dim_mal g ON g.id = m.mal_id
  LEFT JOIN lager.dim_mal o ON o.id = g.overordnat_id
  JOIN lager.dim_period p ON p.id = m.period_id
  JOIN drift.load l ON l.id = m.load_id
 WHERE m.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.malbild IS 'how far each goal was reached, by the report''s own words; one row per goal and unit';

CREATE VIEW analys.maluppfyllelse WITH (security_barrier) AS
SELECT stadsdel, enhet, niva, nummer, mal, period, uppfyllelse, tryckt, over_nummer, over_mal, run, fil, rad FROM analys.malbild;
COMMENT ON VIEW analys.maluppfyllelse IS 'the former name of malbild, with fewer columns';

CREATE VIEW analys.aktivitet WITH (security_barrier) AS
SELECT s.namn AS stadsdel, e.namn AS enhet, g.niva AS mal_niva, g.nummer AS mal_nummer, g.text AS mal, a.namn AS aktivitet,
       p.namn AS period, f.start, f.slut, f.avvikelse, f.klar, a.nr, f.flaggor, l.run_id AS run, l.file_sha256 AS fil, f.rad,
       p.ar, e.hel_namnd, l.source AS kalla, l.published_at AS publicerad, s.kod AS stadsdel_kod, f.stadsdel_id, f.enhet_id, f.period_id,
       f.mal_id
  FROM lager.fact_aktivitet f
  JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = f.enhet_id
  JOIN lager.dim_aktivitet a ON a.id = f.aktivitet_id
  LEFT JOIN lager.dim_mal g ON g.id = f.mal_id
  JOIN lager.dim_period p ON p.id = f.period_id
  JOIN drift.load l ON l.id = f.load_id
 WHERE f.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.aktivitet IS 'current activities with their goals';

---------------------------------------------------------------- other tables and amounts

-- Money is shown as it is, and percentages in tables of nothing but money.  Other numbers are counts of who knows what: a table
-- (in all reports of its district and period) that holds one below 5, or whose district and period have anything hidden,
-- shows none of them; shares in whole percent.
CREATE VIEW analys.tabell WITH (security_barrier) AS
SELECT v.stadsdel, v.enhet, v.period, v.titel, v.tabell_nr, v.radetikett, v.rad_nr, v.kolumnetikett, v.kolumn_nr,
       CASE WHEN v.dold THEN NULL ELSE v.visat END AS varde, v.matt,
       CASE WHEN v.dold THEN '..' WHEN NOT v.tal THEN v.tryckt
            WHEN v.visat = v.varde OR v.visat IS NULL THEN v.tryckt ELSE v.visat || coalesce(' ' || v.matt, '') END AS tryckt,
       CASE WHEN v.dold AND v.tal THEN 'suppressed' ELSE v.varde_status END AS varde_status,
       CASE WHEN v.dold AND v.tal THEN 'Q' ELSE v.obs_status END::text AS obs_status,
       CASE WHEN v.dold AND v.tal THEN 'C' ELSE v.conf_status END::text AS conf_status,
       v.flaggor, v.run, v.fil, v.rad, v.ar, v.hel_namnd, v.kalla, v.publicerad, v.stadsdel_kod, v.stadsdel_id, v.enhet_id, v.period_id
  FROM (SELECT w.*, CASE WHEN w.matt = '%' AND NOT w.pengatabell THEN lager.andel_visad(w.varde, 0) ELSE w.varde END AS visat,
               NOT w.pengar AND w.tal AND NOT (w.matt = '%' AND w.pengatabell)
               AND (bool_or(NOT w.pengar AND (w.varde_status = 'suppressed'
                                              OR CASE WHEN w.matt = '%' THEN lager.andel_nara(w.varde, 0) ELSE w.varde > 0 AND w.varde < 5 END))
                        OVER (PARTITION BY w.stadsdel, w.period, w.titel, w.tabell_nr)
                    OR EXISTS (SELECT FROM lager.utfall_skydd h WHERE h.stadsdel_id = w.stadsdel_id AND h.period_id = w.period_id)) AS dold
          FROM (SELECT x.*, bool_or(x.pengar) OVER tabellen AND bool_and(x.pengar OR x.matt = '%' OR NOT x.tal) OVER tabellen AS pengatabell
                  FROM (SELECT s.namn AS stadsdel, e.namn AS enhet, p.namn AS period, c.titel, c.tabell_nr, c.radetikett, c.rad_nr, c.kolumnetikett,
                       c.kolumn_nr, f.varde, f.matt, f.tryckt, f.varde_status, f.obs_status, f.conf_status, f.flaggor, l.run_id AS run,
                       l.file_sha256 AS fil, f.rad, p.ar, e.hel_namnd, l.source AS kalla, l.published_at AS publicerad, s.kod AS stadsdel_kod,
                       f.stadsdel_id, f.enhet_id, f.period_id,
                       coalesce(lower(f.matt) IN ('kr', 'tkr', 'mnkr', 'mkr', 'mdkr'), false) OR b.cell_id IS NOT NULL AS pengar,
                       f.varde IS NOT NULL OR f.varde_status = 'suppressed' OR f.tryckt ~ '[0-9]' AS tal
                  FROM lager.fact_tabell f
                  JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
                  JOIN lager.dim_enhet e ON e.id = f.enhet_id
                  JOIN lager.dim_tabellcell c ON c.id = f.cell_id
                  JOIN lager.dim_period p ON p.id = f.period_id
                  JOIN drift.load l ON l.id = f.load_id
                  LEFT JOIN lager.fact_ekonomi b
                    ON b.ersatt_load_id IS NULL AND (b.ar, b.stadsdel_id, b.period_id, b.cell_id, b.enhet_id)
                     = (f.ar, f.stadsdel_id, f.period_id, f.cell_id, f.enhet_id)
                 WHERE f.ersatt_load_id IS NULL) x
                WINDOW tabellen AS (PARTITION BY x.stadsdel, x.period, x.titel, x.tabell_nr)) w) v;
COMMENT ON VIEW analys.tabell IS 'current cells of the other tables of reports; numbers that are no money are hidden where they could give small groups away';

CREATE VIEW analys.ekonomi WITH (security_barrier) AS
SELECT s.namn AS stadsdel, e.namn AS enhet, p.namn AS period, c.titel, f.verksamhet,
       CASE WHEN f.verksamhet ~* '^(varav|därav|av vilka)\M' THEN 'varav' WHEN f.verksamhet ~* '^(summa|total)' THEN 'summa'
            ELSE 'rad' END AS radslag,
       f.storhet, f.post, f.overforing, f.avser_ar, f.belopp, f.matt,
       f.belopp * CASE f.matt WHEN 'tkr' THEN 1000 WHEN 'mnkr' THEN 1000000 WHEN 'mdkr' THEN 1000000000 ELSE 1 END AS belopp_kr,
       f.tryckt, c.kolumnetikett, c.tabell_nr, f.flaggor, l.run_id AS run, l.file_sha256 AS fil, f.rad, p.ar, e.hel_namnd, f.tecken,
       l.source AS kalla, l.published_at AS publicerad, s.kod AS stadsdel_kod, f.stadsdel_id, f.enhet_id, f.period_id
  FROM lager.fact_ekonomi f
  JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = f.enhet_id
  JOIN lager.dim_tabellcell c ON c.id = f.cell_id
  JOIN lager.dim_period p ON p.id = f.period_id
  JOIN drift.load l ON l.id = f.load_id
 WHERE f.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.ekonomi IS
    'current amounts; costs are positive, income is negative, a positive deviation is better than budget';

---------------------------------------------------------------- versions

-- Older values only where neither they nor what is hidden now could follow from them.
CREATE VIEW analys.revideringar WITH (security_barrier) AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, e.namn AS enhet, e.hel_namnd, i.kod AS indikator_kod, i.namn AS indikator, p.namn AS period,
       p.ar, u.kon::text AS kon_kod, k.namn AS kon, u.ersatt_orsak AS orsak,
       CASE WHEN v.dolt THEN NULL WHEN v.andel THEN lager.andel_visad(u.varde, v.decimaler) ELSE u.varde END AS varde_fore,
       CASE WHEN v.dolt THEN 'suppressed' ELSE u.varde_status END AS status_fore,
       CASE WHEN v.dolt THEN NULL WHEN v.andel THEN lager.andel_visad(n.varde, v.decimaler) ELSE n.varde END AS varde_efter,
       CASE WHEN n.varde_status IS NOT NULL AND v.dolt THEN 'suppressed' ELSE n.varde_status END AS status_efter,
       coalesce(n.matt, u.matt) AS matt, l.published_at AS publicerad, r.published_at AS ersatt, r.run_id AS run, l.source AS kalla_fore,
       r.source AS kalla_efter, l.file_sha256 AS fil_fore, u.rad AS rad_fore, r.file_sha256 AS fil_efter, n.rad AS rad_efter,
       u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id
  FROM lager.fact_utfall u
  JOIN lager.dim_indikator i ON i.id = u.indikator_id
  JOIN lager.dim_enhet e ON e.id = u.enhet_id
 CROSS JOIN LATERAL (SELECT lager.skyddas_som(i.slag, i.troskel, i.matt, u.matt) AS som) x
  LEFT JOIN lager.utfall_skydd_grupp g ON (g.stadsdel_id, g.period_id, g.indikator_id) = (u.stadsdel_id, u.period_id, u.indikator_id)
 CROSS JOIN LATERAL (SELECT coalesce(g.aldre, false) AS dolt,
                            x.som = 'andel' OR x.som = 'antal' AND i.kon_mening = 'andel_av_total' AND u.kon <> 'T' AS andel,
                            lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd) AS decimaler) v
  JOIN lager.dim_stadsdel s ON s.id = u.stadsdel_id
  JOIN lager.dim_period p ON p.id = u.period_id
  JOIN lager.dim_kon k ON k.kod = u.kon
  JOIN drift.load l ON l.id = u.load_id
  JOIN drift.load r ON r.id = u.ersatt_load_id
  LEFT JOIN lager.fact_utfall n
    ON u.ersatt_orsak = 'revised' AND n.load_id = u.ersatt_load_id AND (n.ar, n.stadsdel_id, n.enhet_id, n.indikator_id, n.period_id, n.kon)
     = (u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id, u.kon)
 WHERE u.ersatt_load_id IS NOT NULL;
COMMENT ON VIEW analys.revideringar IS 'outcomes that were replaced or withdrawn: one row per replaced version, before and after';

---------------------------------------------------------------- quality, sources, runs: counts, never values

CREATE VIEW analys.kvalitet WITH (security_barrier) AS
SELECT 'anmärkning'::text AS typ, l.source AS kalla, f.rule AS regel, f.severity AS allvar, NULL::text AS status, NULL::text AS kolumn,
       count(*) AS antal, min(l.published_at) AS forsta, max(l.published_at) AS senaste, max(l.run_id) AS run
  FROM drift.finding f
  JOIN drift.load l ON l.id = f.load_id
 GROUP BY l.source, f.rule, f.severity
UNION ALL
SELECT 'karantän', l.source, q.rule, 'reject', q.status, nullif(q.column_name, ''), count(*), min(l.published_at), max(l.published_at), max(l.run_id)
  FROM drift.quarantine q
  JOIN drift.load l ON l.id = q.load_id
 GROUP BY l.source, q.rule, q.status, q.column_name;
COMMENT ON VIEW analys.kvalitet IS 'findings and quarantined rows, counted by source and rule; what they say stays with the operator';

CREATE VIEW analys.kalla WITH (security_barrier) AS
SELECT l.source AS kalla, l.connector AS anslutning, lager.visad_url(l.url) AS url, l.file_sha256 AS fil, l.published_at AS verifierad,
       a.andrad, l.run_id AS run, l.ar, l.stadsdel_id,
       l.rows_read AS rader_lasta, l.rows_loaded AS rader_laddade, l.rows_unchanged AS rader_oforandrade,
       l.rows_quarantined AS rader_karantan, l.rows_ignored AS rader_ignorerade,
       (SELECT count(*) FROM drift.quarantine q WHERE q.source = l.source AND q.status = 'open') AS karantan_oppen
  FROM (SELECT DISTINCT ON (source) * FROM drift.load ORDER BY source, id DESC) l
  LEFT JOIN LATERAL (SELECT max(d.published_at) AS andrad FROM drift.load d WHERE d.source = l.source AND d.way = 'difference') a ON true;
COMMENT ON VIEW analys.kalla IS 'sources: how fresh each is and what became of its rows the last time';

CREATE VIEW analys.korning WITH (security_barrier) AS
SELECT r.id AS run, r.started_at AS borjade, x.finished_at AS slutade, x.exit_code AS slutkod, r.program_version,
       count(l.id) AS kallor, count(l.id) FILTER (WHERE l.way = 'difference') AS kallor_andrade,
       coalesce(sum(l.facts_new), 0) AS fakta_nya, coalesce(sum(l.facts_revised), 0) AS fakta_reviderade,
       coalesce(sum(l.facts_withdrawn), 0) AS fakta_borttagna, coalesce(sum(l.facts_unchanged), 0) AS fakta_oforandrade,
       coalesce(sum(l.rows_quarantined), 0) AS rader_karantan
  FROM drift.run r
  LEFT JOIN drift.run_result x ON x.run_id = r.id
  LEFT JOIN drift.load l ON l.run_id = r.id
 GROUP BY r.id, r.started_at, x.finished_at, x.exit_code, r.program_version;
COMMENT ON VIEW analys.korning IS 'runs: when, how they ended, and how many facts they changed';

---------------------------------------------------------------- dimensions

CREATE VIEW analys.indikator WITH (security_barrier) AS
SELECT i.kod, i.namn, i.matt, i.slag, i.polaritet, i.agare, i.kon_mening, i.troskel, i.namnare_minst,
       lager.andel_decimaler(i.troskel, i.namnare_minst, true) AS andel_decimaler,
       (SELECT string_agg(d.fran_ar || ': ' || d.anteckning, '; ' ORDER BY d.fran_ar) FROM lager.indikator_definition d
         WHERE d.indikator_id = i.id) AS definitioner, i.id AS indikator_id
  FROM lager.dim_indikator i;
COMMENT ON VIEW analys.indikator IS 'indicators';

CREATE VIEW analys.indikator_namn WITH (security_barrier) AS
SELECT i.nyckel, i.namn, false AS alias, i.kod, i.id AS indikator_id FROM lager.dim_indikator i
UNION ALL
SELECT a.nyckel, a.namn, true, i.kod, i.id FROM lager.indikator_alias a JOIN lager.dim_indikator i ON i.id = a.indikator_id;
COMMENT ON VIEW analys.indikator_namn IS 'all names that an indicator goes by';
COMMENT ON COLUMN analys.indikator_namn.nyckel IS 'the name folded for matching';
COMMENT ON COLUMN analys.indikator_namn.alias IS 'a former name or another spelling';

CREATE VIEW analys.stadsdel WITH (security_barrier) AS
SELECT s.kod, s.namn, s.giltig_fran, s.giltig_till, n.kod AS idag_kod, n.namn AS idag, s.id AS stadsdel_id, n.id AS idag_id
  FROM lager.dim_stadsdel s
  JOIN lager.stadsdel_idag t ON t.stadsdel_id = s.id
  JOIN lager.dim_stadsdel n ON n.id = t.idag_id;
COMMENT ON VIEW analys.stadsdel IS 'districts, former ones too, and what they are today';

CREATE VIEW analys.enhet WITH (security_barrier) AS
SELECT s.kod AS stadsdel_kod, s.namn AS stadsdel, e.namn AS enhet, e.hel_namnd, e.giltig_fran, e.giltig_till, e.stadsdel_id, e.id AS enhet_id
  FROM lager.dim_enhet e
  JOIN lager.dim_stadsdel s ON s.id = e.stadsdel_id;
COMMENT ON VIEW analys.enhet IS 'units of the districts and, as "Hela nämnden", their whole boards';

CREATE VIEW analys.period WITH (security_barrier) AS
SELECT p.namn AS period, p.ar, p.slag, p.forsta_dag, p.sista_dag, p.id AS period_id FROM lager.dim_period p;
COMMENT ON VIEW analys.period IS 'reporting periods';

---------------------------------------------------------------- the columns that several views have, in words

DO $$
DECLARE
    rad record;
BEGIN
    FOR rad IN
        SELECT c.relname, a.attname, x.ord
          FROM (VALUES
            (NULL, 'stadsdel_kod', 'code of the district: stable'), (NULL, 'stadsdel', 'district'),
            (NULL, 'enhet', 'unit; "Hela nämnden" stands for the whole board'), (NULL, 'hel_namnd', 'the row is the whole board''s'),
            (NULL, 'indikator_kod', 'code of the indicator: stable'), (NULL, 'indikator', 'indicator'), (NULL, 'period', 'period: 2023, T1 2024, …'),
            (NULL, 'ar', 'year of the period'), (NULL, 'kon_kod', 'sex: T, M, K, O'), (NULL, 'kon', 'sex in words'),
            (NULL, 'matt', 'unit of measure'), (NULL, 'tryckt', 'as printed'), (NULL, 'varde', 'the number'),
            (NULL, 'varde_status', 'reported, suppressed (hidden, never 0), not_measured, missing, not_applicable, text'),
            (NULL, 'obs_status', 'SDMX OBS_STATUS'), (NULL, 'conf_status', 'SDMX CONF_STATUS'),
            (NULL, 'flaggor', 'bits: 0-15 how the row was read, 16- what validation noted'), (NULL, 'kalla', 'source of the configuration'),
            (NULL, 'url', 'where it was fetched from, without user, password and query'), (NULL, 'run', 'run that published it'),
            (NULL, 'fil', 'SHA-256 of the export: its name in the archive'), (NULL, 'rad', 'line of the export'),
            (NULL, 'publicerad', 'when it was published'), (NULL, 'stadsdel_id', 'key for joins between these views'),
            (NULL, 'enhet_id', 'key for joins between these views'), (NULL, 'indikator_id', 'key for joins between these views'),
            (NULL, 'period_id', 'key for joins between these views'), (NULL, 'mal_id', 'key for joins between these views'),
            (NULL, 'idag_id', 'key for joins between these views'), (NULL, 'over_mal_id', 'key for joins between these views'),
            (NULL, 'niva', 'level'), (NULL, 'operator', 'value, at_least, at_most, exactly, within, increase, decrease, unchanged, delegated, text'),
            (NULL, 'omfattning', 'stadens_total: a target for the whole city'), (NULL, 'nummer', 'number of the goal, that year''s'),
            (NULL, 'mal', 'the goal'), (NULL, 'uppfyllelse', 'helt, delvis, inte, inga_data'), (NULL, 'over_niva', 'level of the goal above'),
            (NULL, 'over_nummer', 'number of the goal above'), (NULL, 'over_mal', 'the goal above'), (NULL, 'mal_niva', 'level of its goal'),
            (NULL, 'mal_nummer', 'number of its goal'), (NULL, 'aktivitet', 'activity'), (NULL, 'start', 'first day'), (NULL, 'slut', 'last day'),
            (NULL, 'avvikelse', 'the deviation as printed'), (NULL, 'klar', 'what its icon says: ja, nej'),
            (NULL, 'nr', '1, or 2 … for further activities of this name'), (NULL, 'titel', 'title of the table'),
            (NULL, 'tabell_nr', '1, or 2 … for further tables of this title'), (NULL, 'radetikett', 'label of the row'),
            (NULL, 'rad_nr', '1, or 2 … for further rows of this label'), (NULL, 'kolumnetikett', 'label of the column'),
            (NULL, 'kolumn_nr', 'place of a column without a label'), (NULL, 'verksamhet', 'label of the row'),
            (NULL, 'radslag', 'varav: a part of a row above; summa: of other rows; neither is to be added to them'),
            (NULL, 'storhet', 'budget, utfall, avvikelse, prognos'), (NULL, 'post', 'kostnad, intakt, netto, ej_angiven'),
            (NULL, 'overforing', 'before or after results are carried over'), (NULL, 'avser_ar', 'the year of the amount'),
            (NULL, 'belopp', 'the amount, in matt'), (NULL, 'belopp_kr', 'the amount in kronor'),
            (NULL, 'tecken', 'convention of signs: costs are positive'), (NULL, 'orsak', 'revised: replaced; withdrawn: gone from the export'),
            (NULL, 'varde_fore', 'the value before'), (NULL, 'status_fore', 'its status'), (NULL, 'varde_efter', 'the value that replaced it'),
            (NULL, 'status_efter', 'its status; null = withdrawn'), (NULL, 'ersatt', 'when it was replaced'),
            (NULL, 'kalla_fore', 'source of the value before'), (NULL, 'kalla_efter', 'source of what replaced it'),
            (NULL, 'fil_fore', 'export of the value before'), (NULL, 'rad_fore', 'its line'), (NULL, 'fil_efter', 'export of what replaced it'),
            (NULL, 'rad_efter', 'its line'), (NULL, 'typ', 'anmärkning: loaded and yet deserves a look; karantän: not loaded'),
            (NULL, 'regel', 'id of the rule'), (NULL, 'allvar', 'reject, warn, note'),
            (NULL, 'status', 'of quarantined rows: open, replayed, waived, superseded'), (NULL, 'kolumn', 'column at fault; null = the whole row'),
            (NULL, 'antal', 'how many'), (NULL, 'forsta', 'when first'), (NULL, 'senaste', 'when last'),
            (NULL, 'anslutning', 'connector'), (NULL, 'verifierad', 'when it was last loaded or found unchanged'),
            (NULL, 'andrad', 'when it last brought a change'), (NULL, 'rader_lasta', 'indicator rows read, the last time'),
            (NULL, 'rader_laddade', 'loaded'), (NULL, 'rader_oforandrade', 'already there'), (NULL, 'rader_karantan', 'put in quarantine'),
            (NULL, 'rader_ignorerade', 'with nothing to load'), (NULL, 'karantan_oppen', 'rows still in quarantine'),
            (NULL, 'borjade', 'when it began'), (NULL, 'slutade', 'when it ended; null = killed or under way'), (NULL, 'slutkod', 'exit status'),
            (NULL, 'program_version', 'version of stadslager'), (NULL, 'kallor', 'sources it published or verified'),
            (NULL, 'kallor_andrade', 'of them with a change'), (NULL, 'fakta_nya', 'new facts'), (NULL, 'fakta_reviderade', 'revised facts'),
            (NULL, 'fakta_borttagna', 'withdrawn facts'), (NULL, 'fakta_oforandrade', 'unchanged facts'), (NULL, 'kod', 'code: stable'),
            (NULL, 'namn', 'name'), (NULL, 'slag', 'kind'), (NULL, 'polaritet', 'which direction is better: hogre, lagre, neutral'),
            (NULL, 'agare', 'who follows it up: KF, namnd, enhet'), (NULL, 'kon_mening', 'what the sexes'' values are'),
            (NULL, 'troskel', 'counts below it (and above 0) are hidden'),
            (NULL, 'namnare_minst', 'individuals that are at least behind a whole board''s share'),
            (NULL, 'andel_decimaler', 'decimals that a whole board''s share is shown with; null = all'),
            (NULL, 'definitioner', 'years from which it is defined otherwise, and why'), (NULL, 'giltig_fran', 'first day; null = open'),
            (NULL, 'giltig_till', 'last day; null = open'), (NULL, 'idag_kod', 'code of today''s district'), (NULL, 'idag', 'today''s district'),
            (NULL, 'forsta_dag', 'first day'), (NULL, 'sista_dag', 'last day')) AS x (vy, kolumn, ord)
          JOIN pg_catalog.pg_attribute a ON a.attname = x.kolumn AND a.attnum > 0
          JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'v' AND c.relnamespace = 'analys'::regnamespace
         WHERE pg_catalog.col_description(c.oid, a.attnum) IS NULL LOOP
        EXECUTE format('COMMENT ON COLUMN analys.%I.%I IS %L', rad.relname, rad.attname, rad.ord);
    END LOOP;
    COMMENT ON COLUMN analys.kalla.ar IS 'years it has facts for';
    COMMENT ON COLUMN analys.kalla.stadsdel_id IS 'districts it has facts for';
    COMMENT ON COLUMN analys.arsmal.niva IS 'egen: the unit''s or board''s own; KF: the city council''s';
    COMMENT ON COLUMN analys.kalla.run IS 'run that loaded or verified it last';
    COMMENT ON COLUMN analys.tabell.tryckt IS 'as printed, or what stands for a number that is hidden or rounded';
    COMMENT ON COLUMN analys.tabell.varde IS 'the number, where the cell reads as one value and may be shown; its signs are the table''s own';
END
$$;

---------------------------------------------------------------- rights

REVOKE ALL ON ALL TABLES IN SCHEMA lager, drift FROM PUBLIC, stadslager_analyst;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA lager, drift, analys FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA lager REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- What the views call: arithmetic that reads no table.  Without USAGE on lager nobody can call it by name.
GRANT EXECUTE ON FUNCTION lager.skyddas_som, lager.andel_decimaler, lager.andel_visad, lager.andel_nara, lager.visad_url,
    analys.flaggor_i_ord, analys.bedom, analys.uppfyllt TO stadslager_analyst, stadslager_loader;
GRANT SELECT ON ALL TABLES IN SCHEMA analys TO stadslager_analyst, stadslager_loader;
