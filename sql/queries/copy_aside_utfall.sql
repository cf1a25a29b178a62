-- Outcomes of the new year :ar.  Not with FREEZE: it would show the rows to transactions that began before the load was published.
COPY lager.fact_utfall_:ar (ar, stadsdel_id, enhet_id, indikator_id, period_id, load_id, rad, byte_offset, flaggor, obs_status, conf_status,
    tryckt, period_tryckt, varde, matt, varde_status, kon) FROM STDIN (FORMAT binary)
