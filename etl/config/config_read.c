#include "etl/config/config_read.h"

#include <inttypes.h>
#include <stdarg.h>

#include "etl/base/period.h"

#define KIB          ((int64_t)1024)
#define EACH         "each one of "
#define PATH_OF_KEYS 96 /* bytes: the table's paths are below 50 */

_Static_assert(sizeof(enum unknown_name) == sizeof(int), "KEY_CHOICE is stored as an int");

void reading_problem(const struct reading *reading, const struct tree_node *at, const char *format, ...)
{
    char path[TREE_PATH_SIZE], text[1500];
    va_list args;
    if (problems_full(reading->problems)) {
        reading->problems->count++;
        return;
    }
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tree_path(at, path);
    problems_add(reading->problems, reading->file, at->line, at->column, "%s%s%s", path, path[0] ? ": " : "", text);
}

/* ---- choices and what is expected ---- */

static struct text choice_at(const char *choices, int index) /* empty at the end */
{
    for (; index > 0 && choices; index--) {
        choices = strchr(choices, '|');
        if (choices) choices++;
    }
    return choices ? text_make(choices, strcspn(choices, "|")) : (struct text){0};
}

int choice_index(const char *choices, struct text text)
{
    for (int i = 0;; i++) {
        struct text choice = choice_at(choices, i);
        if (choice.len == 0) return -1;
        if (text_equal(choice, text)) return i;
    }
}

struct writer { /* a text put together in a buffer that is long enough */
    char *buffer;
    size_t size, len;
};

static void append(struct writer *w, struct text text)
{
    if (text.len >= w->size - w->len) text.len = w->size - w->len - 1;
    if (text.len) memcpy(w->buffer + w->len, text.ptr, text.len);
    w->len += text.len;
    w->buffer[w->len] = '\0';
}

static void append_size(struct writer *w, int64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    char number[40];
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof *units && bytes % KIB == 0 && bytes > 0) {
        bytes /= KIB;
        unit++;
    }
    (void)snprintf(number, sizeof number, unit ? "%" PRId64 " %s" : "%" PRId64, bytes, units[unit]);
    append(w, text_of(number));
}

static void append_choices(struct writer *w, const char *choices)
{
    for (int i = 0;; i++) {
        struct text choice = choice_at(choices, i), next = choice_at(choices, i + 1);
        if (choice.len == 0) return;
        if (i > 0) append(w, text_of(next.len ? ", " : " or "));
        append(w, choice);
    }
}

static void append_connectors(struct writer *w)
{
    for (size_t i = 0; connectors[i]; i++) {
        if (i > 0) append(w, text_of(connectors[i + 1] ? ", " : " or "));
        append(w, text_of(connectors[i]->name));
    }
}

const char *key_expected(const struct config_key *key, char buffer[static KEY_EXPECTED_SIZE])
{
    static const char *const words[] = {[KEY_SECTION] = "a section of keys",
                                        [KEY_ENTRIES] = "a list",
                                        [KEY_BOOL] = "true or false",
                                        [KEY_TEXT] = "a text",
                                        [KEY_SLICE] = "a text",
                                        [KEY_PATH] = "a path",
                                        [KEY_URL] = "a URL",
                                        [KEY_TEXTS] = "a list",
                                        [KEY_SLICES] = "a list",
                                        [KEY_NAME] = "a name of a-z, 0-9, -",
                                        [KEY_CODE] = "a code of A-Z, 0-9, _ that begins with a letter",
                                        [KEY_DATE] = "a date like 2020-07-01"};
    struct writer w = {buffer, KEY_EXPECTED_SIZE, 0};
    buffer[0] = '\0';
    if (key->choices) {
        if (key->type == KEY_WORDS) append(&w, TEXT(EACH));
        append_choices(&w, key->choices);
    } else if (key->type == KEY_INT64 || key->type == KEY_INT) {
        char number[64];
        (void)snprintf(number, sizeof number, "%" PRId64 " to %" PRId64, key->min, key->max);
        append(&w, text_of(number));
    } else if (key->type == KEY_SIZE) {
        append_size(&w, key->min);
        append(&w, TEXT(" to "));
        append_size(&w, key->max);
    } else if (key->type == KEY_CONNECTOR) {
        append_connectors(&w);
    } else {
        append(&w, text_of(words[key->type]));
    }
    return buffer;
}

/* ---- one value ---- */

static void wrong(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                  const char *what)
{
    char value[SHOWN_SIZE], expected[KEY_EXPECTED_SIZE];
    reading_problem(reading, node, "\"%s\" %s (expected %s)", shown(node->scalar, value), what,
                    key_expected(key, expected));
}

static void store(void *base, size_t offset, const void *value, size_t size)
{
    memcpy((char *)base + offset, value, size);
}

/* [-]digits; false when it is anything else or does not fit. */
static bool whole_number(struct text text, int64_t *ret)
{
    bool negative = text.len > 1 && text.ptr[0] == '-';
    int64_t n = 0;
    if (negative) text = text_from(text, 1);
    if (text.len == 0 || text.len > 18) return false; /* 18 digits fit into int64_t */
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        n = n * 10 + (text.ptr[i] - '0');
    }
    *ret = negative ? -n : n;
    return true;
}

static void read_number(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                        void *base)
{
    char expected[KEY_EXPECTED_SIZE];
    int64_t n;
    if (!whole_number(node->scalar, &n)) {
        wrong(reading, key, node, "is not a whole number");
    } else if (n < key->min || n > key->max) {
        reading_problem(reading, node, "%" PRId64 " is out of range (expected %s)", n, key_expected(key, expected));
    } else if (key->type == KEY_INT) {
        int small = (int)n; /* the table's ranges fit */
        store(base, key->offset, &small, sizeof small);
    } else {
        store(base, key->offset, &n, sizeof n);
    }
}

/* "2147483648", "2 GiB", "2GiB" */
static void read_size(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                      void *base)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    char expected[KEY_EXPECTED_SIZE], value[SHOWN_SIZE];
    struct text number = node->scalar;
    int64_t factor = 1, step = 1, n;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        step *= KIB;
        if (!text_ends(node->scalar, units[i])) continue;
        number.len -= strlen(units[i]);
        number = text_trim(number);
        factor = step;
    }
    if (!whole_number(number, &n)) {
        reading_problem(reading, node, "\"%s\" is not a size (expected %s, such as 1048576 or 1 MiB)",
                        shown(node->scalar, value), key_expected(key, expected));
    } else if (n < 0 || n > key->max / factor || n * factor < key->min) {
        wrong(reading, key, node, "is out of range");
    } else {
        n *= factor;
        store(base, key->offset, &n, sizeof n);
    }
}

static void read_bool(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                      void *base)
{
    bool value = text_is(node->scalar, "true");
    if (!value && !text_is(node->scalar, "false"))
        wrong(reading, key, node, "is not a truth value");
    else
        store(base, key->offset, &value, sizeof value);
}

static void not_known(const struct reading *reading, const struct tree_node *node, const struct suggestion *suggestion,
                      const char *what, const char *known)
{
    char value[SHOWN_SIZE];
    reading_problem(reading, node, "\"%s\" is not %s %s)%s%s%s", shown(node->scalar, value), what, known,
                    suggestion->best ? "; did you mean \"" : "", suggestion->best ? suggestion->best : "",
                    suggestion->best ? "\"?" : "");
}

/* The index of the choice, or -1 and a problem. */
static int read_choice(const struct reading *reading, const struct config_key *key, const struct tree_node *node)
{
    char list[KEY_EXPECTED_SIZE], expected[KEY_EXPECTED_SIZE];
    struct suggestion suggestion = {.given = node->scalar};
    int index = choice_index(key->choices, node->scalar);
    if (index >= 0) return index;
    (void)snprintf(list, sizeof list, "%s", key->choices);
    for (char *choice = list, *rest; choice; choice = rest) {
        rest = strchr(choice, '|');
        if (rest) *rest++ = '\0';
        suggestion_try(&suggestion, choice);
    }
    const char *each = key_expected(key, expected);
    not_known(reading, node, &suggestion, "known (expected", key->type == KEY_WORDS ? each + strlen(EACH) : each);
    return -1;
}

static bool only_characters(struct text text, const char *allowed)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(allowed, text.ptr[i])) return false;
    return true;
}

/* An ISO date in full, so that dates compare as texts. */
static bool is_date(struct text text)
{
    struct period day;
    return text.len == strlen("2020-07-01") && text.ptr[0] != ' ' && text.ptr[4] == '-' && text.ptr[7] == '-' &&
           period_parse(text, &day) == 0 && day.kind == PERIOD_DAY;
}

#define DIGITS "0123456789"
#define SMALL  "abcdefghijklmnopqrstuvwxyz"
#define LARGE  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Reports and returns false when the text is not what its type says. */
static bool text_fits(const struct reading *reading, const struct config_key *key, const struct tree_node *node)
{
    struct text text = node->scalar;
    if (key->choices) return read_choice(reading, key, node) >= 0;
    if (key->min > 0 && text_blank(text)) {
        char expected[KEY_EXPECTED_SIZE];
        reading_problem(reading, node, "is empty (expected %s)",
                        key->type == KEY_TEXTS || key->type == KEY_SLICES ? "a text" : key_expected(key, expected));
        return false;
    }
    if (key->max > 0 && text.len > (size_t)key->max) {
        reading_problem(reading, node, "is too long (at most %" PRId64 " bytes)", key->max);
        return false;
    }
    bool fits = true;
    if (key->type == KEY_NAME) {
        fits = only_characters(text, SMALL DIGITS "-");
        if (!fits) wrong(reading, key, node, "is not a name");
    } else if (key->type == KEY_CODE) {
        fits = only_characters(text, LARGE DIGITS "_") && only_characters(text_part(text, 0, 1), LARGE);
        if (!fits) wrong(reading, key, node, "is not a code");
    } else if (key->type == KEY_DATE) {
        fits = is_date(text);
        if (!fits) wrong(reading, key, node, "is not a date");
    }
    return fits;
}

static const char *relative_path(const struct reading *reading, struct text path)
{
    if (text_starts(path, "/")) return text_cstr(reading->arena, path);
    struct text joined = text_join(reading->arena, text_of(reading->folder), "", path);
    return text_failed(joined) ? NULL : text_cstr(reading->arena, joined);
}

static void read_text(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                      void *base)
{
    if (!text_fits(reading, key, node)) return;
    if (key->type == KEY_SLICE) {
        store(base, key->offset, &node->scalar, sizeof node->scalar);
        return;
    }
    const char *s =
        key->type == KEY_PATH ? relative_path(reading, node->scalar) : text_cstr(reading->arena, node->scalar);
    if (!s) reading->problems->out_of_memory = true;
    store(base, key->offset, &s, sizeof s);
}

static void read_connector(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                           void *base)
{
    char expected[KEY_EXPECTED_SIZE];
    struct suggestion suggestion = {.given = node->scalar};
    const struct connector *connector = connector_find(node->scalar);
    if (connector) {
        store(base, key->offset, &connector, sizeof connector);
        return;
    }
    for (size_t i = 0; connectors[i]; i++)
        suggestion_try(&suggestion, connectors[i]->name);
    not_known(reading, node, &suggestion, "a connector (known:", key_expected(key, expected));
}

static void read_scalar(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                        void *base)
{
    int choice;
    switch (key->type) {
    case KEY_INT64:
    case KEY_INT:
        read_number(reading, key, node, base);
        break;
    case KEY_SIZE:
        read_size(reading, key, node, base);
        break;
    case KEY_BOOL:
        read_bool(reading, key, node, base);
        break;
    case KEY_CHOICE:
        choice = read_choice(reading, key, node);
        if (choice >= 0) store(base, key->offset, &choice, sizeof choice);
        break;
    case KEY_SEPARATOR:
        choice = read_choice(reading, key, node);
        if (choice >= 0) store(base, key->offset, &";,\t"[choice], 1);
        break;
    case KEY_CONNECTOR:
        read_connector(reading, key, node, base);
        break;
    default:
        read_text(reading, key, node, base);
        break;
    }
}

/* ---- lists and maps ---- */

static void read_texts(const struct reading *reading, const struct config_key *key, const struct tree_node *list,
                       void *base)
{
    bool slices = key->type == KEY_SLICES;
    size_t n = 0;
    char *array = arena_array(reading->arena, list->count, slices ? sizeof(struct text) : sizeof(char *));
    if (!array) {
        reading->problems->out_of_memory = true;
        return;
    }
    for (const struct tree_node *item = list->first; item; item = item->next) {
        if (item->kind != TREE_SCALAR || tree_is_null(item)) {
            reading_problem(reading, item, "expected a text");
            continue;
        }
        if (!text_fits(reading, key, item)) continue;
        if (slices) {
            memcpy(array + n * sizeof(struct text), &item->scalar, sizeof(struct text));
        } else {
            const char *s = text_cstr(reading->arena, item->scalar);
            if (!s) reading->problems->out_of_memory = true;
            memcpy(array + n * sizeof s, &s, sizeof s);
        }
        n++;
    }
    store(base, key->offset, &array, sizeof array);
    store(base, key->count_offset, &n, sizeof n);
}

static void read_words(const struct reading *reading, const struct config_key *key, const struct tree_node *map,
                       void *base)
{
    size_t n = 0;
    char *array = arena_array(reading->arena, map->count, key->size);
    if (!array) {
        reading->problems->out_of_memory = true;
        return;
    }
    for (const struct tree_node *item = map->first; item; item = item->next) {
        char expected[KEY_EXPECTED_SIZE];
        if (item->kind != TREE_SCALAR || tree_is_null(item)) {
            reading_problem(reading, item, "has no value (expected %s)", key_expected(key, expected) + strlen(EACH));
            continue;
        }
        int choice = read_choice(reading, key, item);
        if (choice < 0) continue;
        if (key->put(reading->arena, item->key, choice, array + n * key->size) < 0)
            reading->problems->out_of_memory = true;
        n++;
    }
    store(base, key->offset, &array, sizeof array);
    store(base, key->count_offset, &n, sizeof n);
}

static void read_map(const struct reading *reading, const struct tree_node *map, const struct tree_node *at,
                     const char *prefix, const char *const *only, void *base);

static void read_entries(const struct reading *reading, const struct config_key *key, const struct tree_node *list,
                         void *base)
{
    char prefix[PATH_OF_KEYS];
    size_t n = 0;
    char *array = arena_array(reading->arena, list->count, key->size);
    if (!array) {
        reading->problems->out_of_memory = true;
        return;
    }
    if (key->min > 0 && list->count == 0) reading_problem(reading, list, "is empty (expected at least one)");
    (void)snprintf(prefix, sizeof prefix, "%s[].", key->path);
    for (const struct tree_node *item = list->first; item; item = item->next, n++) {
        if (item->kind == TREE_MAP)
            read_map(reading, item, item, prefix, NULL, array + n * key->size);
        else
            reading_problem(reading, item, "expected a map of keys");
    }
    store(base, key->offset, &array, sizeof array);
    store(base, key->count_offset, &n, sizeof n);
}

void config_read_value(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                       void *base)
{
    static const char *const kinds[] = {[TREE_SCALAR] = "a text", [TREE_LIST] = "a list", [TREE_MAP] = "a map"};
    char expected[KEY_EXPECTED_SIZE];
    enum tree_kind kind = TREE_SCALAR;
    if (key->type == KEY_ENTRIES || key->type == KEY_TEXTS || key->type == KEY_SLICES) kind = TREE_LIST;
    if (key->type == KEY_WORDS) kind = TREE_MAP;
    if (tree_is_null(node)) {
        if (kind != TREE_SCALAR && !key->required) return; /* a list whose lines are all comments */
        reading_problem(reading, node, "has no value (expected %s)", key_expected(key, expected));
    } else if (node->kind != kind) {
        reading_problem(reading, node, "is %s (expected %s)", kinds[node->kind],
                        kind == TREE_SCALAR ? key_expected(key, expected) : kinds[kind]);
    } else if (key->type == KEY_ENTRIES) {
        read_entries(reading, key, node, base);
    } else if (key->type == KEY_WORDS) {
        read_words(reading, key, node, base);
    } else if (kind == TREE_LIST) {
        read_texts(reading, key, node, base);
    } else {
        read_scalar(reading, key, node, base);
    }
}

/* ---- a map by the table ---- */

/* The last name of KEY's path when it stands directly below PREFIX, or NULL. */
static const char *direct_name(const struct config_key *key, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(key->path, prefix, n) != 0 || strpbrk(key->path + n, ".[")) return NULL;
    return key->path + n;
}

static bool belongs(const char *name, const char *const *only)
{
    for (; only && *only; only++)
        if (!strcmp(name, *only)) return true;
    return !only;
}

static void unknown_key(const struct reading *reading, const struct tree_node *child, const char *prefix,
                        const char *const *only)
{
    struct suggestion suggestion = {.given = child->key};
    char path[TREE_PATH_SIZE], known[KEY_EXPECTED_SIZE] = "";
    struct writer w = {known, sizeof known, 0};
    for (const struct config_key *key = reading->keys; key->path; key++) {
        const char *name = direct_name(key, prefix);
        if (!name || !belongs(name, only)) continue;
        suggestion_try(&suggestion, name);
        if (w.len > 0) append(&w, TEXT(", "));
        append(&w, text_of(name));
    }
    tree_path(child, path);
    if (suggestion.best)
        problems_add(reading->problems, reading->file, child->key_line, child->key_column,
                     "%s: unknown key; did you mean \"%s\"?", path, suggestion.best);
    else
        problems_add(reading->problems, reading->file, child->key_line, child->key_column,
                     "%s: unknown key (known here: %s)", path, known);
}

static void missing_key(const struct reading *reading, const struct config_key *key, const struct tree_node *at)
{
    char path[TREE_PATH_SIZE], expected[KEY_EXPECTED_SIZE];
    const char *tail = strstr(key->path, "[].");
    tail = tail ? tail + strlen("[].") : key->path;
    /* AT is the section, or what stands above it when the section is missing too */
    const struct tree_node *item = at;
    while (item->parent && item->parent->kind != TREE_LIST)
        item = item->parent;
    tree_path(item, path);
    problems_add(reading->problems, reading->file, at->line, at->column, "%s%s%s: is missing (expected %s)", path,
                 path[0] ? "." : "", tail, key_expected(key, expected));
}

static void apply_default(const struct reading *reading, const struct config_key *key, void *base)
{
    if (!key->standard) return;
    struct tree_node node = {.kind = TREE_SCALAR, .scalar = text_of(key->standard), .key = text_of(key->path)};
    config_read_value(reading, key, &node, base);
}

static void read_map(const struct reading *reading, const struct tree_node *map, const struct tree_node *at,
                     const char *prefix, const char *const *only, void *base)
{
    for (const struct config_key *key = reading->keys; key->path; key++) {
        const char *name = direct_name(key, prefix);
        if (!name || !belongs(name, only)) continue;
        const struct tree_node *child = tree_get(map, name);
        if (key->type == KEY_SECTION) {
            char below[PATH_OF_KEYS];
            (void)snprintf(below, sizeof below, "%s.", key->path);
            const struct tree_node *section = child && child->kind == TREE_MAP ? child : NULL;
            if (child && !section && !tree_is_null(child))
                reading_problem(reading, child, "expected a section of keys");
            read_map(reading, section, child ? child : at, below, NULL, base);
            continue;
        }
        apply_default(reading, key, base);
        if (child)
            config_read_value(reading, key, child, base);
        else if (key->required)
            missing_key(reading, key, at);
    }
    for (const struct tree_node *child = map ? map->first : NULL; child; child = child->next) {
        bool known = false;
        for (const struct config_key *key = reading->keys; key->path && !known; key++) {
            const char *name = direct_name(key, prefix);
            known = name && belongs(name, only) && text_is(child->key, name);
        }
        if (!known && problems_full(reading->problems))
            reading->problems->count++;
        else if (!known)
            unknown_key(reading, child, prefix, only);
    }
}

void config_read(const struct reading *reading, const struct tree_node *root, const char *const *only, void *base)
{
    read_map(reading, root, root, "", only, base);
}
