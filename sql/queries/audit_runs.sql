-- Runs in order: id, configuration, program, and whether the dimensions were brought up to its registries (a run without a
-- load that did not come to its end may have been stopped by them).
SELECT r.id, r.config_hash, r.program_version,
       EXISTS (SELECT FROM drift.run_result e WHERE e.run_id = r.id) OR EXISTS (SELECT FROM drift.load l WHERE l.run_id = r.id)
  FROM drift.run r ORDER BY r.id
