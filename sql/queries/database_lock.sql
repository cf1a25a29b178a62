-- One run at a time in one warehouse ("STADSLAG" in ASCII).
SELECT pg_try_advisory_lock(x'53544144534c4147'::bigint)
