-- Several sessions build a new year at the same time, each some of its tables.  They commit what nobody sees yet, so that the
-- session that publishes can attach it; what was built and never published is dropped.  The loader may not create tables, so
-- these run as the owner.
SET LOCAL ROLE stadslager_owner;

-- The rows were committed before the load was published: a transaction that began in between sees them, once they are attached,
-- and of that load nothing else, not even what is to be hidden.  So what analysts see is of loads that they see.
CREATE OR REPLACE VIEW lager.utfall_visat AS
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
 WHERE u.ersatt_load_id IS NULL AND EXISTS (SELECT FROM drift.load l WHERE l.id = u.load_id);

---------------------------------------------------------------- tables that nobody sees yet

DROP FUNCTION lager.skapa_ar_bredvid(int);

-- The names such a table may have; of others none of these functions knows anything.
CREATE FUNCTION lager.ar_bredvid(del text) RETURNS int
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT substring(del FROM '^fact_(?:utfall|arsmal|foregaende)_(199[0-9]|2[01][0-9]{2})$')::int $$;
COMMENT ON FUNCTION lager.ar_bredvid IS 'the year of a table beside the fact tables, by its name; null when it is no such name';

CREATE FUNCTION lager.skapa_bredvid(del text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF lager.ar_bredvid(del) IS NULL THEN
        RAISE EXCEPTION '% is no name of a table beside the fact tables', del USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- with the check, attaching need not look at the rows again; a vacuum would hold the attachment up
    EXECUTE format('CREATE TABLE lager.%I (LIKE lager.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS,'
                   ' CONSTRAINT bredvid CHECK (ar = %s)) WITH (autovacuum_enabled = off)',
                   del, regexp_replace(del, '_[0-9]+$', ''), lager.ar_bredvid(del));
    EXECUTE format('GRANT INSERT ON lager.%I TO stadslager_loader', del);
END
$$;
COMMENT ON FUNCTION lager.skapa_bredvid IS 'makes one table for the facts of indicators of a new year, beside the fact tables';

-- The same keys and indices as the fact table has, but for the constraint of the primary key: others may read meanwhile what is to
-- be withheld.  Rows at the offsets UTOM are taken out before.  The memory is shared out between so many who do this at once;
-- where there are several, none has helpers of its own, which would cost a tenth more processor time in all.
CREATE FUNCTION lager.nycklar_bredvid(delar text[], utom bigint[], samtidigt int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    del text;
    i record;
    minne bigint := pg_size_bytes('512MB') / greatest(samtidigt, 2);
BEGIN
    IF pg_size_bytes(current_setting('maintenance_work_mem')) < minne THEN
        PERFORM set_config('maintenance_work_mem', minne / 1024 || 'kB', true);
    END IF;
    IF samtidigt > 1 THEN PERFORM set_config('max_parallel_maintenance_workers', '0', true); END IF;
    FOREACH del IN ARRAY delar LOOP
        IF lager.ar_bredvid(del) IS NULL
           OR NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('lager.%I', del)) AND NOT relispartition) THEN
            RAISE EXCEPTION 'lager.% is no table beside the fact tables', del USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        EXECUTE format('REVOKE INSERT ON lager.%I FROM stadslager_loader', del);
        IF cardinality(utom) > 0 THEN
            EXECUTE format('DELETE FROM lager.%I f USING unnest($1) AS u(plats) WHERE f.byte_offset = u.plats', del) USING utom;
        END IF;
        FOR i IN SELECT indisunique, indisprimary, substring(pg_get_indexdef(indexrelid) FROM ' USING .*$') AS som
                   FROM pg_index WHERE indrelid = format('lager.%I', regexp_replace(del, '_[0-9]+$', ''))::regclass ORDER BY indexrelid LOOP
            EXECUTE format('CREATE %s INDEX %s ON lager.%I %s', CASE WHEN i.indisunique THEN 'UNIQUE' END,
                           CASE WHEN i.indisprimary THEN quote_ident(del || '_pkey') END, del, i.som);
        END LOOP;
    END LOOP;
    RETURN true;
EXCEPTION WHEN unique_violation THEN
    RETURN false;
END
$$;
COMMENT ON FUNCTION lager.nycklar_bredvid IS 'builds keys and indices of tables of lager.skapa_bredvid; false when a key stands twice';

-- Rows of an export that share a key are settled as everywhere else, in staging, also where its new year is built aside: their facts
-- are copied there before the tables get their keys, and nycklar_bredvid takes them out, in the session that holds the table.
CREATE FUNCTION lager.hall_inne(ar int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
    del text;
    kolumner text;
    antal bigint;
    alla bigint := 0;
BEGIN
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
        del := tabell || '_' || ar;
        CONTINUE WHEN to_regclass(format('lager.%I', del)) IS NULL; -- the year has no such facts
        IF NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('lager.%I', del)) AND NOT relispartition) THEN
            RAISE EXCEPTION 'lager.% is no table beside the fact tables', del USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        kolumner := CASE tabell WHEN 'fact_utfall' THEN $c$ 'U'::"char", f.kon, f.varde_status, NULL, NULL, NULL $c$
                                WHEN 'fact_arsmal' THEN $c$ 'A'::"char", CASE f.niva WHEN 'egen' THEN 'E'::"char" ELSE 'K'::"char" END,
                                                            NULL, f.operator, f.omfattning, NULL $c$
                                ELSE $c$ 'F'::"char", '-'::"char", f.varde_status, NULL, NULL, f.avser $c$ END;
        -- in the order of the export: of facts that say the same the first counts
        EXECUTE format(
            'INSERT INTO drift.stage_fact (seq, nr, rad, byte_offset, enhet_id, objekt_id, period_id, ar, stadsdel_id, flaggor, obs_status,'
            ' conf_status, varde, matt, tryckt, period_tryckt, tabell, del, varde_status, operator, omfattning, avser)'
            ' SELECT (SELECT coalesce(max(seq), 0) FROM drift.stage_fact) + row_number() OVER (ORDER BY f.byte_offset, f.ctid), r.nr, f.rad,'
            ' f.byte_offset, f.enhet_id, f.indikator_id, f.period_id, f.ar, f.stadsdel_id, f.flaggor, f.obs_status, f.conf_status, f.varde,'
            ' f.matt, f.tryckt, f.period_tryckt, %s FROM lager.%I f JOIN drift.stage_row r ON r.byte_offset = f.byte_offset', kolumner, del);
        GET DIAGNOSTICS antal = ROW_COUNT;
        alla := alla + antal;
    END LOOP;
    RETURN alla;
END
$$;
COMMENT ON FUNCTION lager.hall_inne IS
    'copies the facts of the rows in drift.stage_row from the tables of lager.skapa_bredvid to drift.stage_fact; how many';

-- With the keys that they have, they are only matched.  A year whose rows all went elsewhere gets no partitions from this.
CREATE OR REPLACE FUNCTION lager.anslut_ar(ar int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
    del text;
    delar text[] := '{}';
    finns boolean := false;
    nagon boolean;
BEGIN
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
        del := tabell || '_' || ar;
        CONTINUE WHEN to_regclass(format('lager.%I', del)) IS NULL;
        IF EXISTS (SELECT FROM pg_class WHERE oid = format('lager.%I', del)::regclass AND relispartition) THEN
            RAISE EXCEPTION 'year % is attached already', ar USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM lager.%I)', del) INTO nagon;
        finns := finns OR nagon;
        delar := delar || tabell;
    END LOOP;
    FOREACH tabell IN ARRAY delar LOOP
        del := tabell || '_' || ar;
        IF finns THEN
            EXECUTE format('ALTER TABLE lager.%1$I ADD CONSTRAINT %2$I PRIMARY KEY USING INDEX %2$I', del, del || '_pkey');
            EXECUTE format('ALTER TABLE lager.%I ATTACH PARTITION lager.%I FOR VALUES IN (%s)', tabell, del, ar);
            EXECUTE format('ALTER TABLE lager.%I DROP CONSTRAINT bredvid, RESET (autovacuum_enabled)', del);
        ELSE
            EXECUTE format('DROP TABLE lager.%I', del);
        END IF;
    END LOOP;
    IF finns THEN PERFORM lager.skapa_ar(ar); END IF; -- the other fact tables'
    RETURN finns;
END
$$;
COMMENT ON FUNCTION lager.anslut_ar IS
    'attaches the tables of lager.skapa_bredvid and makes the year''s other partitions; false when nothing was left in them';

-- Tables that were built and never published: a load that ended otherwise leaves them, or one that was killed.  Only for who has
-- the lock of a run, else they are another's who is still at it.
CREATE FUNCTION lager.stada_bredvid() RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    del text;
    borta text[] := '{}';
BEGIN
    IF NOT pg_try_advisory_xact_lock(x'53544144534c4147'::bigint) THEN RETURN borta; END IF;
    FOR del IN SELECT relname FROM pg_class
                WHERE relnamespace = 'lager'::regnamespace AND relkind = 'r' AND NOT relispartition AND lager.ar_bredvid(relname) IS NOT NULL
                ORDER BY relname COLLATE "C" LOOP
        EXECUTE format('LOCK TABLE lager.%I IN ACCESS EXCLUSIVE MODE', del);
        CONTINUE WHEN (SELECT relispartition FROM pg_class WHERE oid = format('lager.%I', del)::regclass);
        EXECUTE format('DROP TABLE lager.%I', del);
        borta := borta || del;
    END LOOP;
    RETURN borta;
END
$$;
COMMENT ON FUNCTION lager.stada_bredvid IS 'drops tables of lager.skapa_bredvid that no load has attached; their names';

REVOKE ALL ON FUNCTION lager.ar_bredvid, lager.skapa_bredvid, lager.nycklar_bredvid, lager.hall_inne, lager.stada_bredvid FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.skapa_bredvid, lager.nycklar_bredvid, lager.hall_inne, lager.stada_bredvid TO stadslager_loader;
