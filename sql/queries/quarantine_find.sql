-- The rows with the ids $1, kept from others until the transaction ends.
SELECT id, status, source, rule FROM drift.quarantine WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE
