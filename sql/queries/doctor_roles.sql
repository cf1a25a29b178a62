-- What a role may do though it need not: the present one change the schema; an analyst read what only the loader should.
SELECT current_user::text AS name,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR has_schema_privilege('lager', 'CREATE') AS may_change_schema,
       (SELECT count(*) FROM pg_class c
         WHERE c.relnamespace IN ('lager'::regnamespace, 'drift'::regnamespace) AND c.relkind IN ('r', 'p', 'v')
           AND has_table_privilege('stadslager_analyst', c.oid, 'SELECT')) AS analyst_reads
