-- A table whose keys were built after it was filled has a number of rows in the catalogue, and still no statistics.
SET LOCAL ROLE stadslager_owner;

-- As 017 has it, with the tables that have rows and no statistics of a column.
CREATE OR REPLACE FUNCTION lager.statistik() RETURNS int
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
                OR c.reltuples > 0 AND NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
                OR pg_relation_size(c.oid) / current_setting('block_size')::bigint > c.relpages + c.relpages / 10 + 8)
         ORDER BY 1 LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', tabell);
        gjorda := gjorda + 1;
    END LOOP;
    RETURN gjorda;
END
$$;
