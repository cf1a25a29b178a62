-- Not while a load that was built aside is published: audit_release lets go when the audit has its state.
SET lock_timeout = 0;
SELECT pg_advisory_lock_shared(x'42524544564944'::bigint);
SET lock_timeout = '60s';
