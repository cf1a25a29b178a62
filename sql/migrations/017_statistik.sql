-- Statistics for the planner, made when a run has loaded something: what reads the warehouse next (the site, the audit, an analyst)
-- would else wait for autovacuum, and its plans for ten thousand facts take minutes instead of seconds until then.
SET LOCAL ROLE stadslager_owner;

-- Tables that were never analysed or have grown by a tenth since; a partitioned table with its partitions, as autovacuum makes no
-- statistics of the whole.  A tenth of the usual sample is enough for the shape of a plan and takes a tenth of the time;
-- autovacuum samples the rest when it comes by.  A table that somebody else is at is left to them.
CREATE FUNCTION lager.statistik() RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_statistics_target = 10
AS $$
DECLARE
    tabell regclass;
    gjorda int := 0;
BEGIN
    FOR tabell IN
        SELECT DISTINCT coalesce(i.inhparent, c.oid)::regclass::oid
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
         WHERE n.nspname IN ('lager', 'drift') AND c.relkind = 'r' AND c.relpersistence = 'p'
           AND pg_relation_size(c.oid) > 0
           AND (c.reltuples < 0
                OR pg_relation_size(c.oid) / current_setting('block_size')::bigint > c.relpages + c.relpages / 10 + 8)
         ORDER BY 1 LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', tabell);
        gjorda := gjorda + 1;
    END LOOP;
    RETURN gjorda;
END
$$;
COMMENT ON FUNCTION lager.statistik IS
    'coarse planner statistics of the tables that have none, or have grown by a tenth since; returns how many tables';
GRANT EXECUTE ON FUNCTION lager.statistik() TO stadslager_loader;
