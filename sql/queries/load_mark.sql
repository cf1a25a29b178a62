-- Held until the publishing transaction ends: whoever asks for its fate waits here until there is one.  $1 load.
SELECT pg_advisory_xact_lock(x'5354414400000000'::bigint | $1::bigint)
