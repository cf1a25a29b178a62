-- Whether the analysts' views are there (an analyst's login cannot read the schema's version).
SELECT to_regclass('analys.korning') IS NOT NULL
