-- Previous values of the new year :ar.
COPY lager.fact_foregaende_:ar (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, flaggor, obs_status, conf_status,
    tryckt, period_tryckt, varde, matt, varde_status, avser) FROM STDIN (FORMAT binary)
