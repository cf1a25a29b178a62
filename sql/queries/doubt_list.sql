-- The rows that only the database found to be doubtful.
SELECT r.nr, r.kind, r.lines, r.rad, r.byte_offset, r.length, d.rule, d.reason
  FROM drift.stage_doubt d JOIN drift.stage_row r USING (nr)
 WHERE d.rule IS NOT NULL ORDER BY r.nr
