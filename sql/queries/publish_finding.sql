-- $1 load.
INSERT INTO drift.finding (load_id, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad,
                           other_byte_offset, other_column, other_value)
SELECT $1::bigint, rad, byte_offset, rule, severity, message, column_name, value,
       CASE WHEN other_rad IS NOT NULL THEN coalesce(other_load_id, $1::bigint) END, other_rad, other_byte_offset, other_column, other_value
  FROM drift.stage_finding ORDER BY nr, rule, column_name, other_rad, other_column, message
