COPY drift.stage_finding (nr, rad, byte_offset, rule, severity, message, column_name, value, other_load_id, other_rad, other_byte_offset,
    other_column, other_value) FROM STDIN (FORMAT binary)
