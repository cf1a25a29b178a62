-- For the rest of the transaction, beside plan.sql: the lines that differ are few enough to be compared by hashes in memory (as much of
-- it as lager.skydda_utfall_mangd takes).
SELECT set_config('work_mem', '32MB', true), set_config('enable_mergejoin', 'off', true)
