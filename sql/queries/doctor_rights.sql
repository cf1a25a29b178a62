-- What the present role may not do though a run must.
SELECT 'INSERT on ' || c.oid::regclass AS missing
  FROM pg_class c
 WHERE c.relnamespace = 'lager'::regnamespace AND c.relkind = 'p' AND c.relname LIKE 'fact\_%' AND NOT has_table_privilege(c.oid, 'INSERT')
UNION ALL
SELECT 'INSERT on ' || c.oid::regclass
  FROM pg_class c
 WHERE c.relnamespace = 'drift'::regnamespace AND c.relkind = 'r'
   AND c.relname IN ('config_snapshot', 'run', 'run_result', 'file', 'load', 'quarantine', 'finding')
   AND NOT has_table_privilege(c.oid, 'INSERT')
UNION ALL
SELECT 'SELECT on ' || c.oid::regclass
  FROM pg_class c
 WHERE ((c.relnamespace = 'lager'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname ~ '^(dim|fact)_')
        OR (c.relnamespace = 'drift'::regnamespace
            AND c.relname IN ('schema_version', 'config_snapshot', 'run', 'run_result', 'file', 'load', 'quarantine', 'finding', 'gallande')))
   AND NOT has_table_privilege(c.oid, 'SELECT')
UNION ALL
SELECT 'USAGE on schema ' || n.nspname
  FROM pg_namespace n
 WHERE n.nspname IN ('lager', 'drift', 'analys') AND NOT has_schema_privilege(n.oid, 'USAGE')
 ORDER BY 1
