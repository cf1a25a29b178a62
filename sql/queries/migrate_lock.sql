-- One migration at a time.
SELECT pg_advisory_xact_lock(x'53544144534c414d'::bigint)
