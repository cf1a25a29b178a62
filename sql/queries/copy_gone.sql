COPY drift.stage_gone (tabell, ar, stadsdel_id, enhet_id, objekt_id, period_id, del, doubtful) FROM STDIN (FORMAT binary)
