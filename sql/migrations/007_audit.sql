-- Audit: canonical rows that a digest is computed of, the audits that were made, and a role that can only read.
--
-- A canonical row says what a fact says and nothing of how it came: natural keys instead of ids (the same archive loaded in
-- another order gets other ids), every value column, and no lineage (load, line, offset), since the same value from another
-- line is the same value.  Its form is that of COPY in text format.  The digest of a fact table, district and period is the
-- SHA-256 of its rows sorted bytewise, each ended by a line feed:
--     psql -c "COPY (SELECT * FROM drift.canonical_utfall(2022) WHERE stadsdel = 'SDN_KUN' AND period = 20220000) TO STDOUT" |
--         cut -f4- | LC_ALL=C sort | sha256sum
-- The first three columns are the lineage.  The root of a year is the SHA-256 of lines "table TAB stadsdel TAB period TAB rows
-- TAB digest", one for each digest, sorted bytewise.  etl/audit/canonical.c writes the same rows from an export.
-- Numbers keep the scale they were printed with: 85 and 85.0 are two values, as for the loader.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'stadslager_auditor') THEN
        CREATE ROLE stadslager_auditor NOLOGIN;
    END IF;
END
$$;

SET LOCAL ROLE stadslager_owner;

---------------------------------------------------------------- natural keys

-- A goal with all above it, from the top: year, level, district, unit and key of each.  No part holds a blank, so that the
-- whole has one reading; - stands for none.
CREATE VIEW drift.canonical_mal AS
WITH RECURSIVE del AS (
    SELECT m.id, m.overordnat_id, concat_ws(' ', m.ar, m.niva, coalesce(s.kod, '-'), coalesce(e.nyckel, '-'), m.nyckel) AS nyckel
      FROM lager.dim_mal m
      LEFT JOIN lager.dim_stadsdel s ON s.id = m.stadsdel_id
      LEFT JOIN lager.dim_enhet e ON e.id = m.enhet_id
), kedja AS (
    SELECT id, nyckel FROM del WHERE overordnat_id IS NULL
     UNION ALL
    SELECT d.id, k.nyckel || ' ' || d.nyckel FROM del d JOIN kedja k ON k.id = d.overordnat_id
)
SELECT id, nyckel FROM kedja;
COMMENT ON VIEW drift.canonical_mal IS 'natural keys of goals, the goals above them included';

-- An indicator that the registry does not know yet goes by its folded name.
CREATE VIEW drift.canonical_indikator AS
SELECT id, coalesce(kod, 'namn:' || nyckel) AS nyckel FROM lager.dim_indikator;
COMMENT ON VIEW drift.canonical_indikator IS 'natural keys of indicators: the code, or namn: and the folded name';

---------------------------------------------------------------- canonical rows
-- The versions that were current once load p_load had been published; null = now.  A fact whose key is in no dimension shows
-- it as # and the id.

CREATE FUNCTION drift.canonical_utfall(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, indikator text, kon "char",
    varde_status lager.varde_status, varde numeric, matt text, tryckt text, period_tryckt text, obs_status "char",
    conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(o.nyckel, '#' || f.indikator_id), f.kon, f.varde_status, f.varde,
       f.matt, f.tryckt, f.period_tryckt, f.obs_status, f.conf_status, f.flaggor
  FROM lager.fact_utfall f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN drift.canonical_indikator o ON o.id = f.indikator_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_arsmal(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, indikator text,
    niva lager.arsmal_niva, operator lager.arsmal_operator, omfattning lager.omfattning, varde numeric, matt text,
    tryckt text, period_tryckt text, obs_status "char", conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(o.nyckel, '#' || f.indikator_id), f.niva, f.operator, f.omfattning,
       f.varde, f.matt, f.tryckt, f.period_tryckt, f.obs_status, f.conf_status, f.flaggor
  FROM lager.fact_arsmal f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN drift.canonical_indikator o ON o.id = f.indikator_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_foregaende(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, indikator text,
    varde_status lager.varde_status, varde numeric, matt text, tryckt text, period_tryckt text, avser text, obs_status "char",
    conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(o.nyckel, '#' || f.indikator_id), f.varde_status, f.varde, f.matt,
       f.tryckt, f.period_tryckt, f.avser, f.obs_status, f.conf_status, f.flaggor
  FROM lager.fact_foregaende f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN drift.canonical_indikator o ON o.id = f.indikator_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_maluppfyllelse(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, mal text,
    uppfyllelse lager.uppfyllelse, tryckt text, period_tryckt text, obs_status "char", conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(o.nyckel, '#' || f.mal_id), f.uppfyllelse, f.tryckt, f.period_tryckt,
       f.obs_status, f.conf_status, f.flaggor
  FROM lager.fact_maluppfyllelse f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN drift.canonical_mal o ON o.id = f.mal_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_aktivitet(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, aktivitet text, nr int, mal text,
    start date, slut date, klar lager.klar, avvikelse text, period_tryckt text, mal_stammer boolean, obs_status "char",
    conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(a.nyckel, '#' || f.aktivitet_id), a.nr, coalesce(m.nyckel, '#' || f.mal_id, '-'),
       f.start, f.slut, f.klar, f.avvikelse, f.period_tryckt, f.mal_id IS NOT DISTINCT FROM a.mal_id, f.obs_status,
       f.conf_status, f.flaggor
  FROM lager.fact_aktivitet f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN lager.dim_aktivitet a ON a.id = f.aktivitet_id AND (a.ar, a.stadsdel_id, a.enhet_id) = (f.ar, f.stadsdel_id, f.enhet_id)
  LEFT JOIN drift.canonical_mal m ON m.id = f.mal_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_tabell(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, cell text,
    varde_status lager.varde_status, varde numeric, matt text, tryckt text, period_tryckt text, obs_status "char",
    conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(c.nyckel, '#' || f.cell_id), f.varde_status, f.varde, f.matt, f.tryckt,
       f.period_tryckt, f.obs_status, f.conf_status, f.flaggor
  FROM lager.fact_tabell f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN lager.dim_tabellcell c ON c.id = f.cell_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

CREATE FUNCTION drift.canonical_ekonomi(p_ar int, p_load bigint DEFAULT NULL)
RETURNS TABLE (
    load_id bigint, rad bigint, byte_offset bigint, stadsdel text, period int, enhet text, cell text, storhet lager.storhet,
    post lager.post, overforing lager.overforing, tecken lager.teckenkonvention, avser_ar smallint, belopp numeric, matt text,
    tryckt text, period_tryckt text, verksamhet_stammer boolean, obs_status "char", conf_status "char", flaggor int
) LANGUAGE sql STABLE AS $$
SELECT f.load_id, f.rad, f.byte_offset, coalesce(s.kod, '#' || f.stadsdel_id), f.period_id,
       coalesce(e.nyckel, '#' || f.enhet_id), coalesce(c.nyckel, '#' || f.cell_id), f.storhet, f.post, f.overforing, f.tecken,
       f.avser_ar, f.belopp, f.matt, f.tryckt, f.period_tryckt, f.verksamhet IS NOT DISTINCT FROM c.radetikett, f.obs_status,
       f.conf_status, f.flaggor
  FROM lager.fact_ekonomi f
  LEFT JOIN lager.dim_stadsdel s ON s.id = f.stadsdel_id
  LEFT JOIN lager.dim_enhet e ON e.id = f.enhet_id AND e.stadsdel_id = f.stadsdel_id
  LEFT JOIN lager.dim_tabellcell c ON c.id = f.cell_id
 WHERE f.ar = p_ar::smallint AND f.load_id <= coalesce(p_load, 9223372036854775806)
   AND (f.ersatt_load_id IS NULL OR f.ersatt_load_id > coalesce(p_load, 9223372036854775806))
$$;

COMMENT ON FUNCTION drift.canonical_aktivitet IS
    'mal_stammer: the fact''s goal is its activity''s; the words of dimensions (namn, text, titel) are no part of a row, their keys are';
COMMENT ON FUNCTION drift.canonical_ekonomi IS
    'verksamhet_stammer: the fact''s label is its cell''s, whose spelling is that of the export which brought it first';

---------------------------------------------------------------- operations

ALTER TABLE drift.config_snapshot ADD COLUMN parts bigint[] CHECK (cardinality(parts) = 4);
COMMENT ON COLUMN drift.config_snapshot.parts IS
    'bytes of the configuration, stadsdelar, enheter and indikatorer in content; 0 = no such file; null = kept before version 7';

CREATE TABLE drift.audit (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    made_by text NOT NULL DEFAULT session_user,
    program_version text NOT NULL,
    ar smallint NOT NULL,
    as_of timestamptz,
    rules text NOT NULL CHECK (rules IN ('recorded', 'current')),
    verdict text NOT NULL CHECK (verdict IN ('identical', 'different', 'not replayable')),
    root_warehouse text CHECK (root_warehouse ~ '^[0-9a-f]{64}$'),
    root_derived text CHECK (root_derived ~ '^[0-9a-f]{64}$'),
    rows_missing bigint NOT NULL,
    rows_extra bigint NOT NULL,
    rows_different bigint NOT NULL,
    waivers bigint NOT NULL,
    manifest_sha256 text NOT NULL CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$'),
    manifest json NOT NULL,
    CHECK (verdict <> 'identical' OR root_warehouse = root_derived)
);
COMMENT ON TABLE drift.audit IS 'audits, by those who may write here; what they found is in the manifest';
COMMENT ON COLUMN drift.audit.as_of IS 'the state that was audited; null = the one of made_at';
COMMENT ON COLUMN drift.audit.rules IS 'current: derived with the rules of the day instead of the ones the runs recorded';
COMMENT ON COLUMN drift.audit.manifest_sha256 IS 'of the manifest as it was written, byte for byte';

---------------------------------------------------------------- rights

GRANT SELECT ON drift.audit TO stadslager_loader;
GRANT INSERT ON drift.audit TO stadslager_loader;
GRANT USAGE ON SEQUENCE drift.audit_id_seq TO stadslager_loader;
GRANT SELECT ON drift.canonical_mal, drift.canonical_indikator TO stadslager_loader;
GRANT USAGE ON SCHEMA lager, drift TO stadslager_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA lager, drift TO stadslager_auditor;
-- Tables and views that later migrations bring.
ALTER DEFAULT PRIVILEGES IN SCHEMA lager, drift GRANT SELECT ON TABLES TO stadslager_auditor;
