-- The first statement of the audit, which takes the state that all others see, lets the next load go on.
SELECT pg_advisory_unlock_shared(x'42524544564944'::bigint)
