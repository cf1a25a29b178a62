-- Canonical rows of one year, behind each one's lineage: load, line, offset.  audit_settings says which year and state.
COPY (SELECT * FROM drift.canonical_arsmal(current_setting('stadslager.ar')::int,
                                      nullif(current_setting('stadslager.load'), '')::bigint)) TO STDOUT
