COPY drift.stage_quarantine (nr, kind, lines, rad, byte_offset, length, column_name, rule, reason, value, raw) FROM STDIN (FORMAT binary)
