-- A year of which most has changed is built aside and exchanged, part by part (a part: one year's partition of one fact table).
-- Every version that was stored stands in the new part, column for column.  Filling a table without keys and sorting the keys
-- afterwards costs less than closing and adding row by row.  Readers are held up while the parts change places, just before the
-- commit, and not before.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE drift.load DROP CONSTRAINT load_way_check,
    ADD CONSTRAINT load_way_check CHECK (way IN ('difference', 'aside', 'swap', 'unchanged'));
COMMENT ON COLUMN drift.load.way IS
    'difference: what differed was written; aside: a new year was built aside and attached; swap: so was a year of which most had changed, and exchanged for the old one; unchanged: only this row was written';

---------------------------------------------------------------- what decides disclosure

-- The functions that lager.skydda_ar comes to and that name a fact table.
CREATE FUNCTION lager.skydda_ar_laser() RETURNS SETOF regprocedure
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE kallade AS (
        SELECT 'lager.skydda_ar'::regproc::oid AS oid
         UNION
        SELECT p.oid FROM kallade k JOIN pg_proc f ON f.oid = k.oid
          JOIN pg_proc p ON p.pronamespace = 'lager'::regnamespace AND f.prosrc ~ ('lager\.' || p.proname || '\M')
    )
    SELECT p.oid::regprocedure FROM kallade JOIN pg_proc p USING (oid) WHERE p.prosrc ~ 'lager\.fact_(utfall|foregaende)\M'
$$;
COMMENT ON FUNCTION lager.skydda_ar_laser IS 'functions that decide of a whole year and read fact tables past the views …_att_skydda: none';

---------------------------------------------------------------- building

-- The name of a part.
CREATE FUNCTION lager.del_namn(tabell text, ar int) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF tabell NOT IN ('fact_utfall', 'fact_arsmal', 'fact_foregaende') OR ar NOT BETWEEN 1990 AND 2199 OR tabell IS NULL OR ar IS NULL THEN
        RAISE EXCEPTION 'there is no part "%" of %', tabell, ar USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN tabell || '_' || ar;
END
$$;

-- All that a part may have beside its rows, its keys and its bound.
CREATE FUNCTION lager.del_tecken(del regclass) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat_ws(E'\n', c.relowner, c.reltablespace, c.relam, c.relpersistence, c.relreplident, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                     obj_description(c.oid, 'pg_class'),
                     (SELECT string_agg(concat_ws(' ', a.grantee, a.grantor, a.privilege_type, a.is_grantable), ',' ORDER BY a.grantee, a.grantor, a.privilege_type)
                        FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a),
                     (SELECT string_agg(concat_ws(' ', a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attstorage, a.attcompression, a.attstattarget,
                                                  a.attacl, (SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(a.attoptions) o WHERE o LIKE 'n\_distinct%'), a.attcollation, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)),
                                        ',' ORDER BY a.attnum)
                        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                     (SELECT string_agg(concat_ws(' ', k.conname, pg_get_constraintdef(k.oid), k.convalidated), ',' ORDER BY k.conname)
                        FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype NOT IN ('p', 'u') AND k.conname <> 'bredvid'),
                     (SELECT string_agg(t.tgname, ',' ORDER BY t.tgname) FROM pg_trigger t WHERE t.tgrelid = c.oid),
                     (SELECT string_agg(i.indexrelid::regclass::text, ',') FROM pg_index i WHERE i.indrelid = c.oid
                         AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)),
                     (SELECT string_agg(i.indexrelid::regclass::text, ',') FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid
                         AND (x.reloptions IS NOT NULL OR x.reltablespace <> 0 OR i.indisclustered OR i.indisreplident OR obj_description(x.oid, 'pg_class') IS NOT NULL)),
                     (SELECT string_agg(s.stxname, ',') FROM pg_statistic_ext s WHERE s.stxrelid = c.oid),
                     (SELECT string_agg(p.prpubid::text, ',') FROM pg_publication_rel p WHERE p.prrelid = c.oid),
                     (SELECT string_agg(p.polname, ',') FROM pg_policy p WHERE p.polrelid = c.oid),
                     (SELECT string_agg(r.rulename, ',') FROM pg_rewrite r WHERE r.ev_class = c.oid))
      FROM pg_class c WHERE c.oid = del
$$;
COMMENT ON FUNCTION lager.del_tecken IS
    'all that tells one part of a fact table from another beside rows, keys and bound: rights, options, comments, whatever somebody has given it';

-- A table for the new part, as those of other years are.  A part that somebody has given something of its own is not exchanged.
CREATE FUNCTION lager.skapa_del_bredvid(tabell text, ar int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_tablespace = ''
AS $$
DECLARE
    del text := lager.del_namn(tabell, ar);
BEGIN
    IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(format('lager.%I', del)) AND inhparent = format('lager.%I', tabell)::regclass) THEN
        RETURN false;
    END IF;
    -- with the check, attaching need not look at the rows again
    EXECUTE format('CREATE TABLE lager.%I (LIKE lager.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS, CONSTRAINT bredvid CHECK (ar = %s))', del || '_ny', tabell, ar);
    IF lager.del_tecken(format('lager.%I', del)::regclass) IS NOT DISTINCT FROM lager.del_tecken(format('lager.%I', del || '_ny')::regclass) THEN
        RETURN true;
    END IF;
    EXECUTE format('DROP TABLE lager.%I', del || '_ny');
    RETURN false;
END
$$;
COMMENT ON FUNCTION lager.skapa_del_bredvid IS
    'makes the table that is to take the place of a part; false: there is no such part, or it has something that others have not';

-- Every version of the old part, closed by load LASTNING where drift.stage_diff says so, and that load's new ones.
CREATE FUNCTION lager.fyll_del(tabell text, ar int, lastning bigint, OUT stangda bigint, OUT nya bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
DECLARE
    del text := lager.del_namn(tabell, ar);
    bokstav "char" := CASE tabell WHEN 'fact_utfall' THEN 'U' WHEN 'fact_arsmal' THEN 'A' ELSE 'F' END;
    delen text := CASE tabell WHEN 'fact_utfall' THEN 'f.kon' WHEN 'fact_arsmal' THEN $d$CASE f.niva WHEN 'egen' THEN 'E'::"char" ELSE 'K'::"char" END$d$
                              ELSE $d$'-'::"char"$d$ END;
    egna text := CASE tabell WHEN 'fact_utfall' THEN 'kon, varde_status' WHEN 'fact_arsmal' THEN 'niva, operator, omfattning' ELSE 'varde_status, avser' END;
    stegade text := CASE tabell WHEN 'fact_utfall' THEN 's.del, s.varde_status'
                                WHEN 'fact_arsmal' THEN $d$CASE s.del WHEN 'E' THEN 'egen'::lager.arsmal_niva ELSE 'KF' END, s.operator, s.omfattning$d$
                                ELSE 's.varde_status, s.avser' END;
    namn text;   -- all columns
    varden text; -- and what the new part has in them
    fore bigint;
    efter bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
           string_agg(CASE a.attname WHEN 'ersatt_load_id' THEN 'CASE WHEN d.what IS NULL THEN f.ersatt_load_id ELSE $1 END'
                                     WHEN 'ersatt_orsak' THEN $d$CASE d.what WHEN 'r' THEN 'revised' WHEN 'w' THEN 'withdrawn' ELSE f.ersatt_orsak END$d$
                                     ELSE 'f.' || quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
      INTO namn, varden
      FROM pg_attribute a
     WHERE a.attrelid = format('lager.%I', del || '_ny')::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    EXECUTE format('SELECT count(*) FROM lager.%I', del) INTO fore;
    EXECUTE format(
        'INSERT INTO lager.%I (%s) SELECT %s FROM lager.%I f LEFT JOIN drift.stage_diff d'
        ' ON f.ersatt_load_id IS NULL AND d.tabell = $2 AND d.what IN (''r'', ''w'') AND d.ar = f.ar AND d.stadsdel_id = f.stadsdel_id'
        ' AND d.enhet_id = f.enhet_id AND d.objekt_id = f.indikator_id AND d.period_id = f.period_id AND d.old_load_id = f.load_id AND d.del = %s',
        del || '_ny', namn, varden, del, delen) USING lastning, bokstav;
    GET DIAGNOSTICS efter = ROW_COUNT;
    IF fore <> efter THEN
        RAISE EXCEPTION 'lager.% has % rows, and % would be kept of them', del, fore, efter USING ERRCODE = 'data_corrupted';
    END IF;
    EXECUTE format('SELECT count(*) FROM lager.%I WHERE ersatt_load_id = $1', del || '_ny') INTO stangda USING lastning;
    -- in the order of the primary key, as the difference adds them
    EXECUTE format(
        'INSERT INTO lager.%I (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, flaggor, obs_status, conf_status,'
        ' tryckt, period_tryckt, varde, matt, %s)'
        ' SELECT s.ar, s.stadsdel_id, s.enhet_id, s.objekt_id, s.period_id, $1, s.rad, s.byte_offset, s.flaggor, s.obs_status, s.conf_status,'
        ' s.tryckt, s.period_tryckt, s.varde, s.matt, %s'
        ' FROM drift.stage_diff d JOIN drift.stage_fact s USING (seq)'
        ' WHERE d.tabell = $2 AND d.what IN (''n'', ''r'') AND d.ar = $3'
        ' ORDER BY s.stadsdel_id, s.period_id, s.objekt_id, s.enhet_id, s.del', del || '_ny', egna, stegade) USING lastning, bokstav, ar::smallint;
    GET DIAGNOSTICS nya = ROW_COUNT;
END
$$;
COMMENT ON FUNCTION lager.fyll_del IS
    'fills the table of lager.skapa_del_bredvid: all versions of the old part, and those of the load; how many that load closes and adds';

-- The keys and indices that the old part has, so that attaching finds them there.
CREATE FUNCTION lager.nyckla_del(tabell text, ar int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_tablespace = '' SET default_statistics_target = 10
AS $$
DECLARE
    del text := lager.del_namn(tabell, ar);
    nyckel record;
BEGIN
    IF pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB') THEN
        PERFORM set_config('maintenance_work_mem', '256MB', true);
    END IF;
    FOR nyckel IN
        SELECT i.indisunique, pg_get_indexdef(i.indexrelid) AS index, k.contype, pg_get_constraintdef(k.oid) AS villkor,
               format('%s_ny_%s', del, row_number() OVER (ORDER BY i.indexrelid)) AS namn
          FROM pg_index i LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
         WHERE i.indrelid = format('lager.%I', del)::regclass
         ORDER BY i.indexrelid LOOP
        IF nyckel.contype IS NOT NULL THEN
            EXECUTE format('ALTER TABLE lager.%I ADD CONSTRAINT %I %s', del || '_ny', nyckel.namn, nyckel.villkor);
        ELSE
            EXECUTE format('CREATE %s %I ON lager.%I %s', CASE WHEN nyckel.indisunique THEN 'UNIQUE INDEX' ELSE 'INDEX' END, nyckel.namn, del || '_ny',
                           substr(nyckel.index, strpos(nyckel.index, ' USING ') + 1));
        END IF;
    END LOOP;
    EXECUTE format('ANALYZE lager.%I', del || '_ny'); -- lager.statistik takes a table with keys for one that has its statistics
END
$$;
COMMENT ON FUNCTION lager.nyckla_del IS 'builds the keys, the indices and the planner''s statistics of the table that lager.fyll_del has filled';

-- Decides what analysts may see of year AR with the parts that are built aside, TABELLER and AREN side by side; their names end
-- in SVANS.
CREATE FUNCTION lager.skydda_bredvid(ar int, tabeller text[], aren int[], svans text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabell text;
    bytta int[];
    delar text;
BEGIN
    IF svans NOT IN ('', '_ny') OR svans IS NULL THEN
        RAISE EXCEPTION 'no part has a name that ends in "%"', svans USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM lager.skydda_ar_laser()) THEN
        RAISE EXCEPTION '% reads a fact table past the views made for it', (SELECT string_agg(x::text, ', ') FROM lager.skydda_ar_laser() x)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    FOREACH tabell IN ARRAY ARRAY['fact_utfall', 'fact_foregaende'] LOOP
        SELECT array_agg(a), string_agg(format(' UNION ALL SELECT * FROM lager.%I', lager.del_namn(tabell, a) || svans), '')
          INTO bytta, delar FROM unnest(tabeller, aren) AS x (t, a) WHERE t = tabell;
        CONTINUE WHEN bytta IS NULL;
        EXECUTE format('CREATE OR REPLACE VIEW lager.%I AS SELECT * FROM lager.%I WHERE ar <> ALL (%L::smallint[])%s',
                       replace(tabell, 'fact_', '') || '_att_skydda', tabell, bytta, delar);
    END LOOP;
    PERFORM lager.skydda_ar(ar::smallint);
    CREATE OR REPLACE VIEW lager.utfall_att_skydda AS SELECT * FROM lager.fact_utfall;
    CREATE OR REPLACE VIEW lager.foregaende_att_skydda AS SELECT * FROM lager.fact_foregaende;
END
$$;
COMMENT ON FUNCTION lager.skydda_bredvid IS 'lager.skydda_ar of a year that is not exchanged, or not attached yet';

-- The same of new years, from the rows that the tables beside the fact tables have: while others build their keys.
CREATE FUNCTION lager.skydda_nya_ar(nya int[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tabeller text[];
    aren int[];
    ny int;
BEGIN
    SELECT array_agg(x.tabell), array_agg(x.ar) INTO tabeller, aren
      FROM (SELECT t.tabell, n.ar FROM unnest(nya) AS n (ar) CROSS JOIN (VALUES ('fact_utfall'), ('fact_foregaende')) AS t (tabell)) x
      JOIN pg_class c ON c.oid = to_regclass(format('lager.%I', lager.del_namn(x.tabell, x.ar))) AND NOT c.relispartition;
    IF tabeller IS NULL THEN RETURN; END IF;
    FOR ny IN SELECT n FROM unnest(nya) AS n ORDER BY n LOOP
        PERFORM lager.skydda_bredvid(ny, tabeller, aren, '');
    END LOOP;
END
$$;
COMMENT ON FUNCTION lager.skydda_nya_ar IS 'decides what analysts may see of new years whose tables are filled and not attached';

---------------------------------------------------------------- exchanging

-- One part takes the place of another, under its names.  The caller holds the locks.
CREATE FUNCTION lager.byt_del(tabell text, ar int) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    del text := lager.del_namn(tabell, ar);
    namn jsonb; -- of the old part's indices, by the index of the whole table
    nyckel record;
BEGIN
    SELECT jsonb_object_agg(h.inhparent::text, x.relname) INTO namn
      FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid JOIN pg_class x ON x.oid = i.indexrelid
     WHERE i.indrelid = format('lager.%I', del)::regclass;
    EXECUTE format('ALTER TABLE lager.%I DETACH PARTITION lager.%I', tabell, del);
    EXECUTE format('DROP TABLE lager.%I', del);
    EXECUTE format('ALTER TABLE lager.%I RENAME TO %I', del || '_ny', del);
    EXECUTE format('ALTER TABLE lager.%I ATTACH PARTITION lager.%I FOR VALUES IN (%s)', tabell, del, ar);
    EXECUTE format('ALTER TABLE lager.%I DROP CONSTRAINT bredvid', del);
    FOR nyckel IN
        SELECT x.relname, namn ->> h.inhparent::text AS ratt
          FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid JOIN pg_class x ON x.oid = i.indexrelid
         WHERE i.indrelid = format('lager.%I', del)::regclass LOOP
        EXECUTE format('ALTER INDEX lager.%I RENAME TO %I', nyckel.relname, nyckel.ratt);
    END LOOP;
END
$$;

-- DETACH in a transaction needs the whole fact table to itself.  Whoever reads it meanwhile waits, also behind this when this
-- waits, so a try ends after less than a second and lets them go; in less than deadlock_timeout, so that no reader is
-- told of a deadlock who holds one table and asks for the next.  A reader who stays is not waited for.
CREATE FUNCTION lager.byt_delar(tabeller text[], aren int[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '250ms'
AS $$
DECLARE
    par record;
    mindre boolean;
BEGIN
    FOR par IN SELECT lager.del_namn(t, a) AS del FROM unnest(tabeller, aren) AS x (t, a) LOOP
        EXECUTE format('SELECT (SELECT count(*) FROM lager.%I) < (SELECT count(*) FROM lager.%I)', par.del || '_ny', par.del) INTO mindre;
        IF mindre THEN
            RAISE EXCEPTION 'versions of lager.% would be lost', par.del USING ERRCODE = 'data_corrupted';
        END IF;
    END LOOP;
    FOR forsok IN 1..8 LOOP
        BEGIN
            FOR par IN SELECT DISTINCT t FROM unnest(tabeller) t ORDER BY t LOOP
                EXECUTE format('LOCK TABLE ONLY lager.%I IN ACCESS EXCLUSIVE MODE', par.t);
            END LOOP;
            FOR par IN SELECT t, a FROM unnest(tabeller, aren) AS x (t, a) ORDER BY t, a LOOP
                PERFORM lager.byt_del(par.t, par.a);
            END LOOP;
            RETURN true;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN PERFORM pg_sleep(0.5);
            WHEN dependent_objects_still_exist THEN RETURN false; -- somebody's view of the old part
        END;
    END LOOP;
    RETURN false;
END
$$;
COMMENT ON FUNCTION lager.byt_delar IS
    'puts the parts that are built aside in the places of the old ones; false: readers did not let go of the tables within some seconds';

---------------------------------------------------------------- what an older transaction sees

-- Tables that were exchanged hold no row for a transaction whose view of the data is older (REPEATABLE READ): it would read an
-- empty year and take it for the truth.  Its own view of the catalogue then has a part that is there no more.  A query that
-- sees the newest data holds TABELL already when this is asked, so nothing is exchanged between the two.
CREATE FUNCTION lager.oforandrat(tabell regclass) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = tabell AND pg_table_is_visible(i.inhrelid) IS NULL) THEN
        RAISE EXCEPTION 'facts were exchanged after this transaction began, which cannot read them any more'
            USING ERRCODE = 'serialization_failure', HINT = 'Begin the transaction again.';
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION lager.oforandrat IS
    'true; an error in a transaction that is older than an exchange of the facts it asks for, which it would not find';

-- The views that analysts' questions come by, as they are.  As a subquery it is asked once in a question, not once in a loop of it.
DO $$
DECLARE
    vy record;
    fraga text;
    fragor text;
BEGIN
    FOR vy IN
        SELECT v.oid::regclass AS namn, v.reloptions,
               string_agg(format('(SELECT lager.oforandrat(%L::regclass))', t.oid::regclass), ' AND ' ORDER BY t.relname) AS villkor
          FROM (SELECT DISTINCT r.ev_class, d.refobjid FROM pg_rewrite r
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass) x
          JOIN pg_class v ON v.oid = x.ev_class AND v.relkind = 'v'
          JOIN pg_class t ON t.oid = x.refobjid AND t.oid IN ('lager.fact_utfall'::regclass, 'lager.fact_arsmal'::regclass, 'lager.fact_foregaende'::regclass)
         WHERE v.oid IN ('lager.utfall_visat'::regclass, 'lager.utfall_bedomt'::regclass, 'lager.vintage'::regclass, 'analys.arsmal'::regclass,
                         'analys.revideringar'::regclass, 'lager.utfall_gallande'::regclass, 'lager.arsmal_gallande'::regclass,
                         'lager.foregaende_gallande'::regclass)
         GROUP BY v.oid, v.reloptions LOOP
        fraga := rtrim(pg_get_viewdef(vy.namn), ';');
        fragor := regexp_replace(fraga, '\n  WHERE (.*)$', E'\n  WHERE (\\1) AND ' || vy.villkor);
        IF fragor = fraga THEN -- without a condition of its own
            fragor := fraga || E'\n  WHERE ' || vy.villkor;
        END IF;
        EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', vy.namn, 'WITH (' || array_to_string(vy.reloptions, ', ') || ')', fragor);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION lager.skydda_ar_laser, lager.del_namn, lager.del_tecken, lager.skapa_del_bredvid, lager.fyll_del, lager.nyckla_del,
    lager.skydda_bredvid, lager.skydda_nya_ar, lager.byt_del, lager.byt_delar, lager.oforandrat FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.skapa_del_bredvid, lager.fyll_del, lager.nyckla_del, lager.skydda_bredvid, lager.skydda_nya_ar, lager.byt_delar TO
    stadslager_loader;
GRANT EXECUTE ON FUNCTION lager.oforandrat TO stadslager_analyst, stadslager_loader, stadslager_auditor;
