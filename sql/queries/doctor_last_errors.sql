-- The sources that failed in run $1.
SELECT c.key AS source, c.value->>'class' AS class, c.value->>'error' AS error
  FROM drift.run_result e, jsonb_each(e.counts) c
 WHERE e.run_id = $1::bigint AND c.value->>'result' = 'failed' ORDER BY c.key COLLATE "C"
