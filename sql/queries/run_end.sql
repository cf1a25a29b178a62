-- A run ended.  $1 run, $2 exit code, $3 counts as JSON.
INSERT INTO drift.run_result (run_id, exit_code, counts) VALUES ($1::bigint, $2::int, $3::jsonb)
