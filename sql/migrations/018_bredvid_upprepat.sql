-- Rows of an export that share a key are settled as everywhere else, in staging, also where its new year is built aside: their
-- facts are taken out of the tables beside before those get their keys.
SET LOCAL ROLE stadslager_owner;

-- Only of tables that are not attached: of published facts nothing is ever deleted.
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
        IF NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('lager.%I', del)) AND NOT relispartition) THEN
            RAISE EXCEPTION 'lager.% is no table beside the fact tables', del USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        kolumner := CASE tabell WHEN 'fact_utfall' THEN $c$ 'U'::"char", f.kon, f.varde_status, NULL, NULL, NULL $c$
                                WHEN 'fact_arsmal' THEN $c$ 'A'::"char", CASE f.niva WHEN 'egen' THEN 'E'::"char" ELSE 'K'::"char" END,
                                                            NULL, f.operator, f.omfattning, NULL $c$
                                ELSE $c$ 'F'::"char", '-'::"char", f.varde_status, NULL, NULL, f.avser $c$ END;
        -- in the order of the export: of facts that say the same the first counts
        EXECUTE format(
            'WITH bort AS (DELETE FROM lager.%I f USING drift.stage_row r WHERE r.byte_offset = f.byte_offset RETURNING f.ctid AS plats, r.nr, f.*)'
            ' INSERT INTO drift.stage_fact (seq, nr, rad, byte_offset, enhet_id, objekt_id, period_id, ar, stadsdel_id, flaggor, obs_status,'
            ' conf_status, varde, matt, tryckt, period_tryckt, tabell, del, varde_status, operator, omfattning, avser)'
            ' SELECT (SELECT coalesce(max(seq), 0) FROM drift.stage_fact) + row_number() OVER (ORDER BY f.byte_offset, f.plats), f.nr, f.rad,'
            ' f.byte_offset, f.enhet_id, f.indikator_id, f.period_id, f.ar, f.stadsdel_id, f.flaggor, f.obs_status, f.conf_status, f.varde,'
            ' f.matt, f.tryckt, f.period_tryckt, %s FROM bort f', del, kolumner);
        GET DIAGNOSTICS antal = ROW_COUNT;
        alla := alla + antal;
    END LOOP;
    RETURN alla;
END
$$;
COMMENT ON FUNCTION lager.hall_inne IS
    'moves the facts of the rows in drift.stage_row from the tables of lager.skapa_ar_bredvid to drift.stage_fact; how many';
REVOKE ALL ON FUNCTION lager.hall_inne FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.hall_inne TO stadslager_loader;

-- As 014 has it; a year whose rows all went elsewhere gets no partitions from this.
CREATE OR REPLACE FUNCTION lager.anslut_ar(ar int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
    finns boolean := false;
    nagon boolean;
BEGIN
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM lager.%I)', tabell || '_' || ar) INTO nagon;
        finns := finns OR nagon;
    END LOOP;
    IF NOT finns THEN
        FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_arsmal', 'fact_foregaende'] LOOP
            IF EXISTS (SELECT FROM pg_class WHERE oid = format('lager.%I', tabell || '_' || ar)::regclass AND relispartition) THEN
                RAISE EXCEPTION 'year % is attached already', ar USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
            EXECUTE format('DROP TABLE lager.%I', tabell || '_' || ar);
        END LOOP;
        RETURN true;
    END IF;
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
