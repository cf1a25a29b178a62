#include "etl/archive/prune.h"

#include <stdlib.h>
#include <string.h>

#include "etl/crash_point.h"
#include "etl/sql.h"

#define SECONDS_A_DAY 86400

enum use { USE_NONE, USE_LAST, USE_NEEDED };

struct uses { /* of each object of the listing */
    const struct archive_listing *listing;
    enum use *of;
};

static int by_name(const void *key, const void *object)
{
    return strcmp(key, ((const struct archive_object *)object)->sha256);
}

static void mark(struct uses *uses, const char *sha256, enum use use)
{
    const struct archive_listing *listing = uses->listing;
    const struct archive_object *found =
        listing->count ? bsearch(sha256, listing->objects, listing->count, sizeof *found, by_name) : NULL;
    if (found && uses->of[found - listing->objects] < use) uses->of[found - listing->objects] = use;
}

static int mark_last(void *context, const char *sha256)
{
    mark(context, sha256, USE_LAST);
    return 0;
}

static int mark_needed(struct database *db, struct uses *uses, struct error *err)
{
    PGresult *result;
    if (database_query(db, sql_text("queries/archive_needed"), 0, NULL, "list the exports that loads were made from",
                       &result, err))
        return -1;
    for (int i = 0; i < PQntuples(result); i++)
        mark(uses, PQgetvalue(result, i, 0), USE_NEEDED);
    PQclear(result);
    return 0;
}

static void choose(struct prune_plan *plan, const struct uses *uses, int64_t now, int64_t keep_days)
{
    for (size_t i = 0; i < plan->listing.count; i++) {
        const struct archive_object *object = &plan->listing.objects[i];
        if (uses->of[i] == USE_NEEDED) {
            plan->needed++;
        } else if (uses->of[i] == USE_LAST) {
            plan->last++;
        } else if (now - object->modified < keep_days * SECONDS_A_DAY) {
            plan->young++;
        } else {
            plan->remove[plan->remove_count++] = i;
            plan->remove_bytes += object->stored;
        }
    }
}

int prune_plan(struct database *db, const struct archive *archive, int64_t now, int64_t keep_days,
               struct prune_plan *ret_plan, struct error *err)
{
    struct prune_plan plan = {0};
    struct uses uses = {0};
    int rc = -1;
    if (archive_list(archive, &plan.listing, err)) return -1;
    plan.remove = calloc(plan.listing.count + 1, sizeof *plan.remove);
    uses = (struct uses){&plan.listing, calloc(plan.listing.count + 1, sizeof *uses.of)};
    if (!plan.remove || !uses.of) {
        error_memory(err);
        goto out;
    }
    if (mark_needed(db, &uses, err) || archive_each_last(archive, mark_last, &uses, err)) goto out;
    choose(&plan, &uses, now, keep_days);
    if (plan.remove_count && !plan.needed) {
        error_set(err, EXIT_REFUSED, "the warehouse was loaded from none of the archive's %zu exports",
                  plan.listing.count);
        error_hint(err, "Do warehouse.dsn and archive.path belong together?  Nothing was removed.");
        goto out;
    }
    crash_point(prune_planned);
    *ret_plan = plan;
    plan = (struct prune_plan){0};
    rc = 0;
out:
    free(uses.of);
    prune_plan_free(&plan);
    return rc;
}

void prune_plan_free(struct prune_plan *plan)
{
    archive_listing_free(&plan->listing);
    free(plan->remove);
    *plan = (struct prune_plan){0};
}
