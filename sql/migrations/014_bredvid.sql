-- A new year's partitions are filled aside and attached with their keys: the rows of a large first load go straight into them,
-- and no reader is held up or sees half of a year.  The loader may not create tables, so this runs as the owner.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE drift.load DROP CONSTRAINT load_way_check,
    ADD CONSTRAINT load_way_check CHECK (way IN ('difference', 'aside', 'unchanged'));
COMMENT ON COLUMN drift.load.way IS
    'difference: what differed was written; aside: a new year was built aside and attached; unchanged: only this row was written';

-- Tables of a year that nobody sees, in the transaction of the caller, which fills them (COPY needs INSERT) and attaches them.
-- A year with partitions, empty ones too, is not new: dropping one would lock readers out.
CREATE FUNCTION lager.skapa_ar_bredvid(ar int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
BEGIN
    IF ar IS NULL OR ar NOT BETWEEN 1990 AND 2199 THEN
        RAISE EXCEPTION 'year % is outside 1990-2199', ar USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM pg_class
                WHERE relnamespace = 'lager'::regnamespace AND relkind = 'p' AND to_regclass(format('lager.%I', relname || '_' || ar)) IS NOT NULL) THEN
        RETURN false;
    END IF;
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
        -- with the check, attaching need not look at the rows again
        EXECUTE format('CREATE TABLE lager.%I (LIKE lager.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS,'
                       ' CONSTRAINT bredvid CHECK (ar = %s))', tabell || '_' || ar, tabell, ar);
        EXECUTE format('GRANT INSERT ON lager.%I TO stadslager_loader', tabell || '_' || ar);
    END LOOP;
    RETURN true;
END
$$;
COMMENT ON FUNCTION lager.skapa_ar_bredvid IS
    'makes tables for the facts of indicators of a new year, beside the fact tables; false when the year is not new';

-- Attaching builds the keys and indices of the fact tables; it locks out neither readers nor writers.  With little memory for
-- it an index of millions of rows is sorted on disk.
CREATE FUNCTION lager.anslut_ar(ar int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
BEGIN
    IF pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB') THEN
        PERFORM set_config('maintenance_work_mem', '256MB', true);
    END IF;
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
        EXECUTE format('REVOKE INSERT ON lager.%I FROM stadslager_loader', tabell || '_' || ar);
        EXECUTE format('ALTER TABLE lager.%I ATTACH PARTITION lager.%I FOR VALUES IN (%s)', tabell, tabell || '_' || ar, ar);
        EXECUTE format('ALTER TABLE lager.%I DROP CONSTRAINT bredvid', tabell || '_' || ar);
    END LOOP;
    PERFORM lager.skapa_ar(ar); -- the other fact tables'
    RETURN true;
EXCEPTION WHEN unique_violation THEN
    RETURN false;
END
$$;
COMMENT ON FUNCTION lager.anslut_ar IS
    'attaches the tables of lager.skapa_ar_bredvid and makes the year''s other partitions; false when a key stands twice';

REVOKE ALL ON FUNCTION lager.skapa_ar_bredvid, lager.anslut_ar FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.skapa_ar_bredvid, lager.anslut_ar TO stadslager_loader;

-- Ids of units and indicators are taken before their rows are written, which waits until the facts are copied.
GRANT USAGE ON SEQUENCE lager.dim_enhet_id_seq, lager.dim_indikator_id_seq TO stadslager_loader;

---------------------------------------------------------------- views that say what changed

CREATE OR REPLACE VIEW analys.kalla WITH (security_barrier) AS
SELECT l.source AS kalla, l.connector AS anslutning, lager.visad_url(l.url) AS url, l.file_sha256 AS fil, l.published_at AS verifierad,
       a.andrad, l.run_id AS run, l.ar, l.stadsdel_id,
       l.rows_read AS rader_lasta, l.rows_loaded AS rader_laddade, l.rows_unchanged AS rader_oforandrade,
       l.rows_quarantined AS rader_karantan, l.rows_ignored AS rader_ignorerade,
       (SELECT count(*) FROM drift.quarantine q WHERE q.source = l.source AND q.status = 'open') AS karantan_oppen
  FROM (SELECT DISTINCT ON (source) * FROM drift.load ORDER BY source, id DESC) l
  LEFT JOIN LATERAL (SELECT max(d.published_at) AS andrad FROM drift.load d WHERE d.source = l.source AND d.way <> 'unchanged') a ON true;

CREATE OR REPLACE VIEW analys.korning WITH (security_barrier) AS
SELECT r.id AS run, r.started_at AS borjade, x.finished_at AS slutade, x.exit_code AS slutkod, r.program_version,
       count(l.id) AS kallor, count(l.id) FILTER (WHERE l.way <> 'unchanged') AS kallor_andrade,
       coalesce(sum(l.facts_new), 0) AS fakta_nya, coalesce(sum(l.facts_revised), 0) AS fakta_reviderade,
       coalesce(sum(l.facts_withdrawn), 0) AS fakta_borttagna, coalesce(sum(l.facts_unchanged), 0) AS fakta_oforandrade,
       coalesce(sum(l.rows_quarantined), 0) AS rader_karantan
  FROM drift.run r
  LEFT JOIN drift.run_result x ON x.run_id = r.id
  LEFT JOIN drift.load l ON l.run_id = r.id
 GROUP BY r.id, r.started_at, x.finished_at, x.exit_code, r.program_version;
