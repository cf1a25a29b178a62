-- What the web site needs beside the views there are: where an amount stands in its table, and which goal an indicator
-- stands under, so that the program's judgement can be set beside the report's own.  And what makes questions to ten million
-- facts fast.
SET LOCAL ROLE stadslager_owner;

CREATE OR REPLACE VIEW analys.ekonomi WITH (security_barrier) AS
SELECT s.namn AS stadsdel, e.namn AS enhet, p.namn AS period, c.titel, f.verksamhet,
       CASE WHEN f.verksamhet ~* '^(varav|därav|av vilka)\M' THEN 'varav' WHEN f.verksamhet ~* '^(summa|total)' THEN 'summa'
            ELSE 'rad' END AS radslag,
       f.storhet, f.post, f.overforing, f.avser_ar, f.belopp, f.matt,
       f.belopp * CASE f.matt WHEN 'tkr' THEN 1000 WHEN 'mnkr' THEN 1000000 WHEN 'mdkr' THEN 1000000000 ELSE 1 END AS belopp_kr,
       f.tryckt, c.kolumnetikett, c.tabell_nr, f.flaggor, l.run_id AS run, l.file_sha256 AS fil, f.rad, p.ar, e.hel_namnd, f.tecken,
       l.source AS kalla, l.published_at AS publicerad, s.kod AS stadsdel_kod, f.stadsdel_id, f.enhet_id, f.period_id,
       c.radetikett, c.rad_nr
  FROM lager.fact_ekonomi f
  JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = f.enhet_id
  JOIN lager.dim_tabellcell c ON c.id = f.cell_id
  JOIN lager.dim_period p ON p.id = f.period_id
  JOIN drift.load l ON l.id = f.load_id
 WHERE f.ersatt_load_id IS NULL;
COMMENT ON COLUMN analys.ekonomi.radetikett IS 'label of the row as the table has it';
COMMENT ON COLUMN analys.ekonomi.rad_nr IS '1, or 2 … for further rows of this label';

---------------------------------------------------------------- speed

-- One indicator of the whole boards, which are few among the units: the unit comes before the period.
DROP INDEX lager.fact_utfall_indikator;
CREATE INDEX fact_utfall_indikator ON lager.fact_utfall (indikator_id, enhet_id, period_id) WHERE ersatt_load_id IS NULL;
-- What was replaced is little.
CREATE INDEX fact_utfall_ersatt ON lager.fact_utfall (ersatt_load_id) WHERE ersatt_load_id IS NOT NULL;

-- As it was, in a language that keeps its plan: the planner cannot inline it, as its arguments are no plain columns, and an SQL
-- function that is not inlined is prepared anew for every row.
CREATE OR REPLACE FUNCTION analys.bedom(operator text, mal numeric, mal_matt text, stadens boolean, polaritet text, status text, varde numeric,
                             visat numeric, matt text, foregaende numeric) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN CASE
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
        ELSE 'ej uppfyllt' END;
END
$$;

-- As it was, but the year is the fact's own, which the partitions are made by: a question about some years reads these only.
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

---------------------------------------------------------------- indicators under goals

CREATE TABLE lager.indikator_mal (
    stadsdel_id smallint NOT NULL REFERENCES lager.dim_stadsdel,
    period_id int NOT NULL,
    indikator_id int NOT NULL REFERENCES lager.dim_indikator,
    enhet_id int NOT NULL REFERENCES lager.dim_enhet,
    mal_id int NOT NULL REFERENCES lager.dim_mal,
    PRIMARY KEY (stadsdel_id, period_id, indikator_id, enhet_id)
);
COMMENT ON TABLE lager.indikator_mal IS
    'the nearest goal above an indicator''s row, as the report of the board or unit that was loaded last has it; no fact, no versions';
GRANT SELECT, INSERT, UPDATE (mal_id) ON lager.indikator_mal TO stadslager_loader;

CREATE VIEW analys.bedomning WITH (security_barrier) AS
SELECT u.stadsdel_kod, u.stadsdel, u.enhet, u.hel_namnd, u.indikator_kod, u.indikator, u.period, u.ar, u.varde, u.matt, u.varde_status,
       u.arsmal, u.arsmal_bedomning, u.kf_arsmal, u.kf_bedomning, g.niva AS mal_niva, g.nummer AS mal_nummer, g.text AS mal, m.uppfyllelse,
       j.jamfort_med, j.uppfyllt,
       CASE WHEN m.uppfyllelse = 'helt' AND NOT j.uppfyllt THEN 'målet uppges helt uppfyllt, ' || j.jamfort_med || ' är inte uppfyllt'
            WHEN m.uppfyllelse = 'inte' AND j.uppfyllt THEN 'målet uppges inte uppfyllt, ' || j.jamfort_med || ' är uppfyllt' END AS skiljer,
       u.kalla, u.rad, m.rad AS mal_rad, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id, m.mal_id
  FROM lager.indikator_mal k
  JOIN lager.utfall_bedomt u
    ON u.kon_kod = 'T' AND (u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id) = (k.stadsdel_id, k.enhet_id, k.indikator_id, k.period_id)
  JOIN lager.fact_maluppfyllelse m
    ON m.ersatt_load_id IS NULL AND (m.ar, m.stadsdel_id, m.enhet_id, m.mal_id, m.period_id) = (u.ar, k.stadsdel_id, k.enhet_id, k.mal_id, k.period_id)
  JOIN lager.dim_mal g ON g.id = k.mal_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN t.kf_forst AND u.kf_uppfyllt IS NOT NULL OR u.arsmal_uppfyllt IS NULL THEN u.kf_uppfyllt ELSE u.arsmal_uppfyllt END AS uppfyllt,
              CASE WHEN t.kf_forst AND u.kf_uppfyllt IS NOT NULL THEN 'KF:s årsmål' WHEN u.arsmal_uppfyllt IS NOT NULL THEN 'årsmålet'
                   WHEN u.kf_uppfyllt IS NOT NULL THEN 'KF:s årsmål' END AS jamfort_med
         FROM (SELECT g.niva IN ('inriktningsmal', 'verksamhetsmal') AS kf_forst) t) j;
COMMENT ON VIEW analys.bedomning IS
    'indicators beside the goal they stand under: what the program judges of the target, what the report says of the goal, and where the two differ';
COMMENT ON COLUMN analys.bedomning.jamfort_med IS
    'the target that is set beside the goal: under a goal of the city council''s own its target, if that is judged, else the board''s or unit''s own';
COMMENT ON COLUMN analys.bedomning.uppfyllt IS 'whether that target is met; null = none of the two is judged';
COMMENT ON COLUMN analys.bedomning.skiljer IS
    'in words: the goal is said to be reached wholly and the target is not met, or the goal not reached and the target met; null = they agree, or one says nothing';
COMMENT ON COLUMN analys.bedomning.uppfyllelse IS 'what the report says of the goal: helt, delvis, inte, inga_data';
COMMENT ON COLUMN analys.bedomning.mal_rad IS 'line of the goal in its export';

DO $$
DECLARE
    rad record;
BEGIN
    FOR rad IN
        SELECT a.attname, pg_catalog.col_description('analys.utfall'::regclass, u.attnum) AS ord
          FROM pg_catalog.pg_attribute a
          JOIN pg_catalog.pg_attribute u ON u.attrelid = 'analys.utfall'::regclass AND u.attname = a.attname
         WHERE a.attrelid = 'analys.bedomning'::regclass AND a.attnum > 0
           AND pg_catalog.col_description(a.attrelid, a.attnum) IS NULL LOOP
        EXECUTE format('COMMENT ON COLUMN analys.bedomning.%I IS %L', rad.attname, rad.ord);
    END LOOP;
    FOR rad IN SELECT * FROM (VALUES ('mal_niva', 'level of the goal'), ('mal_nummer', 'number of the goal, that year''s'), ('mal', 'the goal'),
                                     ('mal_id', 'key for joins between these views')) AS x (attname, ord) LOOP
        EXECUTE format('COMMENT ON COLUMN analys.bedomning.%I IS %L', rad.attname, rad.ord);
    END LOOP;
END
$$;
GRANT SELECT ON analys.bedomning TO stadslager_analyst, stadslager_loader;
