-- How many findings there are, and how many of them the last load of source $1 that wrote anything did not have, or had and
-- they are gone.
WITH last AS (
    SELECT max(id) AS id FROM drift.load WHERE source = $1 AND way <> 'unchanged'
), found AS (
    SELECT rad, byte_offset, rule, severity, message, column_name, value, other_rad, other_byte_offset, other_column, other_value
      FROM drift.stage_finding
), known AS (
    SELECT rad, byte_offset, rule, severity, message, column_name, value, other_rad, other_byte_offset, other_column, other_value
      FROM drift.finding WHERE load_id = (SELECT id FROM last)
)
SELECT (SELECT count(*) FROM found),
       (SELECT count(*) FROM (SELECT * FROM found EXCEPT ALL SELECT * FROM known) x)
       + (SELECT count(*) FROM (SELECT * FROM known EXCEPT ALL SELECT * FROM found) x)
