-- What drift.canonical_arsmal gives, with ids where that has natural keys, and without the lineage: made_rows.c puts the keys in.
-- audit_settings says which year and state; asked for in subqueries, since a setting itself is looked up for each row.
COPY (SELECT f.stadsdel_id, f.period_id, f.enhet_id, f.indikator_id,
             f.niva, f.operator, f.omfattning, f.varde, f.matt, f.tryckt, f.period_tryckt, f.obs_status, f.conf_status, f.flaggor
        FROM lager.fact_arsmal f
       WHERE f.ar = (SELECT current_setting('stadslager.ar')::smallint)
         AND f.load_id <= (SELECT coalesce(nullif(current_setting('stadslager.load'), '')::bigint, 9223372036854775806))
         AND (f.ersatt_load_id IS NULL
              OR f.ersatt_load_id > (SELECT coalesce(nullif(current_setting('stadslager.load'), '')::bigint, 9223372036854775806)))
     ) TO STDOUT
