-- The offsets of the rows that are staged, for who takes their facts out of the tables beside.
SELECT coalesce(array_agg(byte_offset ORDER BY byte_offset), '{}') FROM drift.stage_row
