-- All successions.
SELECT fran_id, till_id, datum::text FROM lager.stadsdel_foljd
