/* Named step boundaries at which a test build can be made to die, to be signalled or to wait, so that what a crash at any step
 * leaves behind can be tested (tests/faults/test_crash.py).  In a release build a point is nothing at all.
 *
 * STADSLAGER_CRASH=NAME[:N[:ACTION]] acts when the point NAME is reached for the N-th time (default: the first).  ACTION is
 * kill (SIGKILL, the default), term or int (SIGTERM, SIGINT, as if somebody had sent them), or pause (SIGSTOP; SIGCONT lets
 * it go on).  STADSLAGER_CRASH_TRACE=FILE adds the name of each point that is reached to FILE. */
#ifndef STADSLAGER_CRASH_POINT_H
#define STADSLAGER_CRASH_POINT_H

#include <stdio.h>

/* All there are, in the order a run meets them: a point that is not listed does not compile, one that is listed and never
 * reached fails a test. */
#define CRASH_POINTS(POINT)                                                                                            \
    POINT(archive_locked)                                                                                              \
    POINT(archive_opened)                                                                                              \
    POINT(database_locked)                                                                                             \
    POINT(aside_cleared)                                                                                               \
    POINT(config_recorded)                                                                                             \
    POINT(run_recorded)                                                                                                \
    POINT(dimensions_written)                                                                                          \
    POINT(dimensions_synced)                                                                                           \
    POINT(fetch_file_opened)                                                                                           \
    POINT(fetch_file_written)                                                                                          \
    POINT(fetch_file_synced)                                                                                           \
    POINT(fetch_object_named)                                                                                          \
    POINT(fetch_folder_synced)                                                                                         \
    POINT(fetch_record_begun)                                                                                          \
    POINT(fetch_recorded)                                                                                              \
    POINT(fetches_ended)                                                                                               \
    POINT(delta_basis_read)                                                                                            \
    POINT(delta_lines_found)                                                                                           \
    POINT(aside_begun)                                                                                                 \
    POINT(load_begun)                                                                                                  \
    POINT(delta_decoded)                                                                                               \
    POINT(decode_begun)                                                                                                \
    POINT(aside_worker_opened)                                                                                         \
    POINT(aside_table_made)                                                                                            \
    POINT(decode_ended)                                                                                                \
    POINT(aside_dimensions_written)                                                                                    \
    POINT(stage_cleared)                                                                                               \
    POINT(aside_copied)                                                                                                \
    POINT(aside_committed)                                                                                             \
    POINT(copy_begun)                                                                                                  \
    POINT(copy_sent)                                                                                                   \
    POINT(delta_staged)                                                                                                \
    POINT(stage_filled)                                                                                                \
    POINT(aside_keys_begun)                                                                                            \
    POINT(doubt_found)                                                                                                 \
    POINT(limits_checked)                                                                                              \
    POINT(doubt_staged)                                                                                                \
    POINT(delta_compared)                                                                                              \
    POINT(difference_found)                                                                                            \
    POINT(aside_keys_made)                                                                                             \
    POINT(aside_attached)                                                                                              \
    POINT(aside_compared)                                                                                              \
    POINT(rows_counted)                                                                                                \
    POINT(load_marked)                                                                                                 \
    POINT(ledger_written)                                                                                              \
    POINT(partitions_made)                                                                                             \
    POINT(swap_filled)                                                                                                 \
    POINT(swap_keyed)                                                                                                  \
    POINT(facts_closed)                                                                                                \
    POINT(facts_added)                                                                                                 \
    POINT(swap_protected)                                                                                              \
    POINT(aside_protected)                                                                                             \
    POINT(quarantine_closed)                                                                                           \
    POINT(quarantine_filled)                                                                                           \
    POINT(findings_written)                                                                                            \
    POINT(load_written)                                                                                                \
    POINT(swap_exchanged)                                                                                              \
    POINT(publish_before_commit)                                                                                       \
    POINT(publish_after_commit)                                                                                        \
    POINT(commit_reply_lost)                                                                                           \
    POINT(delta_declined)                                                                                              \
    POINT(aside_declined)                                                                                              \
    POINT(source_ended)                                                                                                \
    POINT(statistics_made)                                                                                             \
    POINT(run_end_recorded)                                                                                            \
    POINT(metrics_written)                                                                                             \
    POINT(metrics_replaced)                                                                                            \
    POINT(lineage_written)                                                                                             \
    POINT(database_unlocked)                                                                                           \
    POINT(archive_unlocked)                                                                                            \
    POINT(reload_begun)                                                                                                \
    POINT(reload_rolled_back)                                                                                          \
    POINT(waive_before_commit)                                                                                         \
    POINT(waive_after_commit)                                                                                          \
    POINT(migration_before_commit)                                                                                     \
    POINT(migration_after_commit)                                                                                      \
    POINT(audit_begun)                                                                                                 \
    POINT(audit_derived)                                                                                               \
    POINT(audit_compared)                                                                                              \
    POINT(manifest_written)                                                                                            \
    POINT(manifest_replaced)                                                                                           \
    POINT(audit_recorded)                                                                                              \
    POINT(prune_planned)                                                                                               \
    POINT(prune_removed)                                                                                               \
    POINT(export_begun)                                                                                                \
    POINT(export_written)                                                                                              \
    POINT(export_replaced)                                                                                             \
    POINT(site_begun)                                                                                                  \
    POINT(site_file_written)                                                                                           \
    POINT(site_synced)                                                                                                 \
    POINT(site_swapped)                                                                                                \
    POINT(site_old_removed)

enum crash_point {
#define CRASH_POINT_VALUE(name) CRASH_##name,
    CRASH_POINTS(CRASH_POINT_VALUE)
#undef CRASH_POINT_VALUE
};

#ifdef STADSLAGER_CRASH_POINTS
#define crash_point(name) crash_point_reached(CRASH_##name)
void crash_point_reached(enum crash_point point);
/* The names, a line each. */
void crash_point_list(FILE *out);
#else
#define crash_point(name) ((void)CRASH_##name)
#endif

#endif
