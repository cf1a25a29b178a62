-- What analysts read: current versions with names.  The views run with the owner's rights; analysts have none on lager.
SET LOCAL ROLE stadslager_owner;

CREATE VIEW analys.utfall AS
SELECT s.namn AS stadsdel, e.namn AS enhet, i.namn AS indikator, p.namn AS period, k.namn AS kon, u.varde, u.matt, u.varde_status,
       CASE WHEN u.kon = 'T' THEN f.varde END AS foregaende,
       CASE WHEN u.kon = 'T' THEN coalesce(m.tryckt, m.varde::text) END AS arsmal,
       CASE WHEN u.kon = 'T' THEN coalesce(kf.tryckt, kf.varde::text) END AS kf_arsmal,
       u.flaggor, l.run_id AS run, l.file_sha256 AS fil, u.rad,
       u.tryckt, i.kod AS indikator_kod, i.slag, i.polaritet, p.ar, p.forsta_dag, p.sista_dag, e.hel_namnd, u.obs_status,
       u.conf_status, l.source AS kalla, l.published_at AS publicerad
  FROM lager.fact_utfall u
  JOIN lager.dim_stadsdel s ON s.id = u.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = u.enhet_id
  JOIN lager.dim_indikator i ON i.id = u.indikator_id
  JOIN lager.dim_period p ON p.id = u.period_id
  JOIN lager.dim_kon k ON k.kod = u.kon
  JOIN drift.load l ON l.id = u.load_id
  LEFT JOIN lager.fact_foregaende f
    ON f.ersatt_load_id IS NULL AND (f.ar, f.stadsdel_id, f.enhet_id, f.indikator_id, f.period_id)
     = (u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id)
  LEFT JOIN lager.fact_arsmal m
    ON m.ersatt_load_id IS NULL AND m.niva = 'egen' AND (m.ar, m.stadsdel_id, m.enhet_id, m.indikator_id, m.period_id)
     = (u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id)
  LEFT JOIN lager.fact_arsmal kf
    ON kf.ersatt_load_id IS NULL AND kf.niva = 'KF' AND (kf.ar, kf.stadsdel_id, kf.enhet_id, kf.indikator_id, kf.period_id)
     = (u.ar, u.stadsdel_id, u.enhet_id, u.indikator_id, u.period_id)
 WHERE u.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.utfall IS 'current outcomes; previous value and targets stand on the rows of both sexes together (Totalt)';
COMMENT ON COLUMN analys.utfall.arsmal IS 'the unit''s or board''s target as printed';
COMMENT ON COLUMN analys.utfall.kf_arsmal IS 'the city council''s target as printed';
COMMENT ON COLUMN analys.utfall.fil IS 'SHA-256 of the export: its name in the archive';
COMMENT ON COLUMN analys.utfall.rad IS 'line of the export';

CREATE VIEW analys.arsmal AS
SELECT s.namn AS stadsdel, e.namn AS enhet, i.namn AS indikator, p.namn AS period, m.niva, m.operator, m.varde, m.matt, m.omfattning,
       m.tryckt, m.flaggor, l.run_id AS run, l.file_sha256 AS fil, m.rad
  FROM lager.fact_arsmal m
  JOIN lager.dim_stadsdel s ON s.id = m.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = m.enhet_id
  JOIN lager.dim_indikator i ON i.id = m.indikator_id
  JOIN lager.dim_period p ON p.id = m.period_id
  JOIN drift.load l ON l.id = m.load_id
 WHERE m.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.arsmal IS 'current targets, read';

CREATE VIEW analys.maluppfyllelse AS
SELECT s.namn AS stadsdel, e.namn AS enhet, g.niva, g.nummer, g.text AS mal, p.namn AS period, m.uppfyllelse, m.tryckt, o.nummer AS over_nummer,
       o.text AS over_mal, l.run_id AS run, l.file_sha256 AS fil, m.rad
  FROM lager.fact_maluppfyllelse m
  JOIN lager.dim_stadsdel s ON s.id = m.stadsdel_id
  JOIN lager.dim_enhet e ON e.id = m.enhet_id
  JOIN lager.dim_mal g ON g.id = m.mal_id
  LEFT JOIN lager.dim_mal o ON o.id = g.overordnat_id
  JOIN lager.dim_period p ON p.id = m.period_id
  JOIN drift.load l ON l.id = m.load_id
 WHERE m.ersatt_load_id IS NULL;
COMMENT ON VIEW analys.maluppfyllelse IS 'how far each goal was reached, now';

GRANT SELECT ON analys.utfall, analys.arsmal, analys.maluppfyllelse TO stadslager_analyst, stadslager_loader;
