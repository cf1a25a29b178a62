-- One state for the whole audit, whatever runs beside it.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
