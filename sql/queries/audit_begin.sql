-- One state for the whole audit, whatever runs beside it.  Locked before it looks: a year that is exchanged in between would be
-- empty for it.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
LOCK TABLE ONLY lager.fact_utfall, ONLY lager.fact_arsmal, ONLY lager.fact_foregaende IN ACCESS SHARE MODE
