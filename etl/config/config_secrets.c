/* Where secrets may stand, and that the warehouse's password is shown to the right server only. */
#include <libpq-fe.h>
#include <string.h>
#include <unistd.h>

#include "etl/config/config_read.h"
#include "etl/config/secret_file.h"
#include "etl/database.h"

/* A file that is not there, or not for this user, is no mistake of the configuration: the service may see it. */
static bool is_there(const char *path, struct stat *ret_st)
{
    return path && stat(path, ret_st) == 0 && S_ISREG(ret_st->st_mode) && access(path, R_OK) == 0;
}

/* True when PATH is there and keeps its secret. */
static bool check_secret_file(const struct reading *reading, const struct tree_node *at, const char *path)
{
    struct stat st;
    if (!at || !is_there(path, &st)) return false;
    if (secret_file_is_private(&st)) return true;
    reading_problem(reading, at, "\"%s\" holds a secret and is open to other users (mode %03o, expected 600)", path,
                    (unsigned)st.st_mode & 0777u);
    return false;
}

/* ---- the connection string; never quoted: it may hold a password in any place, also by mistake ---- */

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *o = options; o && o->keyword; o++)
        if (!strcmp(o->keyword, keyword)) return o->val && o->val[0] ? o->val : NULL;
    return NULL;
}

static bool is_local(struct text host)
{
    static const struct text names[] = {TEXT("localhost"), TEXT("::1")};
    if (host.len == 0 || host.ptr[0] == '/' || host.ptr[0] == '@') return true; /* a socket */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal(host, names[i])) return true;
    if (host.len < 5 || memcmp(host.ptr, "127.", 4) != 0) return false;
    for (size_t i = 4; i < host.len; i++) /* an address, not a name that begins like one */
        if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9')) return false;
    return true;
}

/* LIST: names or addresses with commas between them, as libpq takes them; NULL: none. */
static bool all_local(const char *list)
{
    while (list && *list) {
        size_t len = strcspn(list, ",");
        if (!is_local(text_make(list, len))) return false;
        list += len + (list[len] == ',');
    }
    return true;
}

/* Whether this machine's own server is meant.  A service of pg_service.conf is libpq's to look up: it may be anywhere. */
static bool stays_here(const PQconninfoOption *options, const PQconninfoOption *defaults)
{
    const char *host = value_of(options, "host"), *address = value_of(options, "hostaddr");
    if (!host && !address) {
        if (value_of(options, "service")) return false;
        host = value_of(defaults, "host");
        address = value_of(defaults, "hostaddr");
    }
    return all_local(host) && all_local(address);
}

static void check_server(const struct reading *reading, const struct tree_node *at, const PQconninfoOption *options)
{
    PQconninfoOption *defaults = PQconndefaults(); /* the PG… environment */
    const char *mode = value_of(options, "sslmode");
    if (!mode) mode = value_of(defaults, "sslmode");
    if (!stays_here(options, defaults) && (!mode || strcmp(mode, "verify-full") != 0))
        reading_problem(reading, at,
                        "leads to another machine without proof that it is the right one (expected "
                        "sslmode=verify-full, or set warehouse.allow_unverified: true)");
    PQconninfoFree(defaults);
}

static const char *password_of(const PQconninfoOption *options)
{
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (o->val && o->val[0] && o->dispchar && o->dispchar[0] == '*') return o->keyword;
    return NULL;
}

/* DSN stands in the configuration itself, or in the file that AT names. */
static void check_dsn(const struct reading *reading, const struct tree_node *at, const char *dsn, bool in_file,
                      const struct config *config)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(dsn, &message);
    const char *password = options && !in_file ? password_of(options) : NULL;
    if (!options && (!message || strstr(message, "out of memory")))
        reading->problems->out_of_memory = true;
    else if (!options)
        reading_problem(reading, at,
                        "is not a connection string of libpq (expected \"host=… dbname=…\" or \"postgresql://…\")");
    else if (password)
        reading_problem(reading, at,
                        "holds a password (%s), which does not belong in a configuration; put the connection string "
                        "into a file that only the program can read and name it with warehouse.dsn_file",
                        password);
    else if (!config->allow_unverified)
        check_server(reading, at, options);
    PQfreemem(message);
    PQconninfoFree(options);
}

static void check_dsn_file(const struct reading *reading, const struct tree_node *at, const struct config *config)
{
    const char *dsn;
    struct error err;
    if (!check_secret_file(reading, at, config->dsn_file)) return;
    if (database_dsn(NULL, config->dsn_file, reading->arena, &dsn, &err))
        reading_problem(reading, at, "%s", err.message);
    else
        check_dsn(reading, at, dsn, true, config);
}

void config_check_warehouse(const struct reading *reading, const struct tree_node *root, const struct config *config)
{
    const struct tree_node *warehouse = tree_get(root, "warehouse"), *at = tree_get(warehouse, "dsn");
    const struct tree_node *file = tree_get(warehouse, "dsn_file");
    if (reading->kept) return;
    if (at && config->dsn && config->dsn[0] && file)
        reading_problem(reading, file, "cannot stand beside warehouse.dsn (one of the two)");
    else if (file)
        check_dsn_file(reading, file, config);
    else if (config->dsn)
        check_dsn(reading, at ? at : root, config->dsn, false, config);
}

void config_check_credentials(const struct reading *reading, const struct tree_node *at, const char *path)
{
    if (!reading->kept) (void)check_secret_file(reading, at, path);
}
