-- The last $1 runs, newest first; without an end: under way, or killed.
SELECT r.id, to_char(r.started_at, 'YYYY-MM-DD HH24:MI:SS') AS started,
       to_char(e.finished_at, 'YYYY-MM-DD HH24:MI:SS') AS finished, e.exit_code,
       (SELECT count(*) FROM drift.load l WHERE l.run_id = r.id) AS loads,
       (SELECT coalesce(sum(facts_new), 0)::bigint FROM drift.load l WHERE l.run_id = r.id) AS facts_new,
       (SELECT coalesce(sum(facts_revised), 0)::bigint FROM drift.load l WHERE l.run_id = r.id) AS facts_revised,
       (SELECT coalesce(sum(facts_withdrawn), 0)::bigint FROM drift.load l WHERE l.run_id = r.id) AS facts_withdrawn,
       r.arguments
  FROM drift.run r LEFT JOIN drift.run_result e ON e.run_id = r.id
 ORDER BY r.id DESC LIMIT $1::int
