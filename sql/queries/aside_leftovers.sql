-- Drops what was built aside and never published.  The names of the tables.
SELECT array_to_string(lager.stada_bredvid(), ', ')
