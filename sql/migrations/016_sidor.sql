-- What the web site needs beside the views there are: where an amount stands in its table.
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
