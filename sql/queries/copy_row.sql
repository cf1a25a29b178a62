COPY drift.stage_row (nr, kind, lines, rad, byte_offset, length) FROM STDIN (FORMAT binary)
