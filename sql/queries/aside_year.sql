-- Is year $1 new?  One with partitions, empty ones too, is not: dropping one would lock readers out.
SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'lager'::regnamespace AND relkind = 'p'
                                          AND to_regclass(format('lager.%I', relname || '_' || $1::text)) IS NOT NULL)
