-- For the rest of the transaction: the lines that differ are sorted and hashed in memory, as the decision what analysts may see has it
-- (lager.skydda_utfall_mangd).
SET LOCAL work_mem = '32MB'
