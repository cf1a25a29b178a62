-- One picture of the warehouse for all that is read from now on.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
