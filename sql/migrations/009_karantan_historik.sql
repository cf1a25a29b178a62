-- The history of the quarantine: each change of a row's status, only ever added to.
SET LOCAL ROLE stadslager_owner;

CREATE TABLE drift.quarantine_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id bigint NOT NULL REFERENCES drift.quarantine,
    changed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    old_status text NOT NULL,
    new_status text NOT NULL,
    who text,
    why text,
    load_id bigint REFERENCES drift.load
);
CREATE INDEX quarantine_history_row ON drift.quarantine_history (quarantine_id);
COMMENT ON TABLE drift.quarantine_history IS 'changes of drift.quarantine.status, oldest first by id; written by a trigger, never changed';
COMMENT ON COLUMN drift.quarantine_history.load_id IS 'the load that replayed or superseded the row; null for a waiver';

-- Runs as the owner: the loader, who changes the status, cannot write the history by other ways.
CREATE FUNCTION drift.quarantine_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO drift.quarantine_history (quarantine_id, old_status, new_status, who, why, load_id)
    VALUES (NEW.id, OLD.status, NEW.status, NEW.who, NEW.why,
            CASE WHEN NEW.status IN ('replayed', 'superseded') THEN NEW.superseded_load_id END);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION drift.quarantine_changed FROM PUBLIC;
CREATE TRIGGER quarantine_changed AFTER UPDATE OF status ON drift.quarantine
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION drift.quarantine_changed();
GRANT SELECT ON drift.quarantine_history TO stadslager_loader;

COMMENT ON COLUMN drift.quarantine.status IS
    'replayed: read again from the same export, the row loads; superseded: a later export no longer has it, or it is in doubt for another reason; waived: somebody (who) has accepted that it is not loaded (why)';
COMMENT ON COLUMN drift.quarantine.superseded_load_id IS 'the load that replayed or superseded it';
COMMENT ON COLUMN drift.load.published_at IS
    'just before the commit; grows from load to load, even when the clock does not; loads that one commit published have one time';
