-- Roles, schemas and the schema's version.  Run by a superuser, by a role with CREATEROLE that may grant CREATE on the
-- database, or, where the roles exist and stadslager_owner may create schemas, by any member of stadslager_owner.
DO $$
DECLARE
    role name;
BEGIN
    FOREACH role IN ARRAY ARRAY['stadslager_owner', 'stadslager_loader', 'stadslager_analyst']::name[] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
        END IF;
    END LOOP;
    IF NOT pg_catalog.pg_has_role(current_user, 'stadslager_owner', 'MEMBER') THEN
        EXECUTE pg_catalog.format('GRANT stadslager_owner TO %I', current_user);
    END IF;
    IF NOT pg_catalog.has_database_privilege('stadslager_owner', pg_catalog.current_database(), 'CREATE') THEN
        EXECUTE pg_catalog.format('GRANT CREATE ON DATABASE %I TO stadslager_owner', pg_catalog.current_database());
    END IF;
END
$$;

SET LOCAL ROLE stadslager_owner;

CREATE SCHEMA lager;
CREATE SCHEMA drift;
CREATE SCHEMA analys;
COMMENT ON SCHEMA lager IS 'dimensions and facts, every version; written by the loader';
COMMENT ON SCHEMA drift IS 'operations: runs, loads, quarantine, findings, staging';
COMMENT ON SCHEMA analys IS 'what analysts read: the current versions with names';
GRANT USAGE ON SCHEMA lager, drift TO stadslager_loader;
GRANT USAGE ON SCHEMA analys TO stadslager_analyst, stadslager_loader;

CREATE TABLE drift.schema_version (
    version int PRIMARY KEY,
    name text NOT NULL,
    program_version text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE drift.schema_version IS 'one row per migration that was applied';
GRANT SELECT ON drift.schema_version TO stadslager_loader;
