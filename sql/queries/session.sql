-- What a session of ours must not inherit from the role, the database or the environment.
SET search_path = pg_catalog, pg_temp;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET bytea_output = 'hex';
SET standard_conforming_strings = on;
SET client_min_messages = warning;
SET default_transaction_isolation = 'read committed';
SET default_transaction_read_only = off;
SET statement_timeout = '1h';
SET lock_timeout = '60s';
SET idle_in_transaction_session_timeout = 0;
-- A run that was killed must not keep its lock until the statement it waits for ends.
SET client_connection_check_interval = '5s';
SET jit = off;
