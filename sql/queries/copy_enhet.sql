-- Units whose ids are taken already (dim_enhet_ids).
COPY lager.dim_enhet (id, stadsdel_id, namn, nyckel) FROM STDIN (FORMAT binary)
