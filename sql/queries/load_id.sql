-- The id of the load that begins.  A load that is rolled back leaves a gap.
SELECT nextval(pg_get_serial_sequence('drift.load', 'id'))
