-- Until the load is published no audit begins: it would see the facts that are committed now and not the ledger ("BREDVID" in ASCII).
SELECT pg_advisory_xact_lock(x'42524544564944'::bigint)
