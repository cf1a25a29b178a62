COPY drift.stage_piece (old_rad, kept, lines, bytes) FROM STDIN (FORMAT binary)
