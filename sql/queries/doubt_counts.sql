-- How many rows are in doubt, how many of them are indicator rows, and how many only the database found.
SELECT count(*), count(*) FILTER (WHERE r.kind = 'I'), count(*) FILTER (WHERE d.rule IS NOT NULL)
  FROM drift.stage_doubt d JOIN drift.stage_row r USING (nr)
