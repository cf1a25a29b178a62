COPY drift.stage_finding (nr, rad, byte_offset, rule, severity, message) FROM STDIN (FORMAT binary)
