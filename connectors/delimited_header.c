#include "connectors/delimited_header.h"

#include "etl/base/fold.h"
#include "etl/base/limits.h"
#include "etl/base/period.h"

struct header_name {
    struct text key;
    enum column column;
    bool configured;
};

static const struct {
    const char *name;
    enum column column;
} builtin[] = {
    {"Stadsdelsnämnd", COLUMN_STADSDEL},
    {"Stadsdel", COLUMN_STADSDEL},
    {"Nämnd", COLUMN_STADSDEL},
    {"Enhet", COLUMN_ENHET},
    {"Indikator", COLUMN_INDIKATOR},
    {"Periodens utfall", COLUMN_UTFALL},
    {"Utfall", COLUMN_UTFALL},
    {"Utfall män", COLUMN_UTFALL_MAN},
    {"Utfall män/pojkar", COLUMN_UTFALL_MAN},
    {"Män", COLUMN_UTFALL_MAN},
    {"Män/pojkar", COLUMN_UTFALL_MAN},
    {"Utfall kvinnor", COLUMN_UTFALL_KVINNOR},
    {"Utfall kvinnor/flickor", COLUMN_UTFALL_KVINNOR},
    {"Kvinnor", COLUMN_UTFALL_KVINNOR},
    {"Kvinnor/flickor", COLUMN_UTFALL_KVINNOR},
    {"Föregående års utfall", COLUMN_FOREGAENDE},
    {"Föregående utfall", COLUMN_FOREGAENDE},
    {"Årsmål", COLUMN_ARSMAL},
    {"Arsmål", COLUMN_ARSMAL},
    {"KF:s årsmål", COLUMN_KF_ARSMAL},
    {"KF:s arsmål", COLUMN_KF_ARSMAL},
    {"Period", COLUMN_PERIOD},
};
#define BUILTIN_COUNT (sizeof builtin / sizeof *builtin)

const char header_wanted[] = "\"Indikator\", \"Period\" and one of \"Utfall\", \"Periodens utfall\", \"Utfall män\", "
                             "\"Utfall kvinnor\", \"Föregående års utfall\", \"Utfall VB <year>\", \"Årsmål\", "
                             "\"KF:s årsmål\"";

int header_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                      struct error *err)
{
    size_t count = options->alias_count + BUILTIN_COUNT;
    struct header_name *names = arena_array(arena, count, sizeof *names);
    if (!names) return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        bool configured = i < options->alias_count; /* first: they win */
        size_t j = i - options->alias_count;
        struct text name = configured ? options->aliases[i].header : text_of(builtin[j].name);
        names[i].column = configured ? options->aliases[i].column : builtin[j].column;
        names[i].configured = configured;
        names[i].key = fold_key(arena, name);
        if (text_failed(names[i].key)) return error_memory(err);
    }
    *ret_names = (struct header_names){names, count};
    return 0;
}

static int find_name(struct arena *arena, const struct header_names *names, struct text printed,
                     const struct header_name **ret_name, struct error *err)
{
    *ret_name = NULL;
    struct text key = fold_key(arena, printed);
    if (text_failed(key)) return error_memory(err);
    for (size_t i = 0; key.len && i < names->count && !*ret_name; i++)
        if (text_equal(key, names->names[i].key)) *ret_name = &names->names[i];
    return 0;
}

/* `Utfall VB 2021` -> base `Utfall`, period `VB 2021`; false when no period ends the name. */
static bool split_period(struct text name, struct text *ret_base, struct text *ret_period, int *ret_year)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != ' ') continue;
        struct text rest = text_trim(text_from(name, i));
        if (text_starts(rest, "(") && text_ends(rest, ")")) rest = text_part(rest, 1, rest.len - 2);
        struct period period;
        if (period_parse(rest, &period)) continue;
        *ret_base = text_part(name, 0, i);
        *ret_period = rest;
        *ret_year = period.year;
        return true;
    }
    return false;
}

/* What one header cell claims to be. */
struct claim {
    size_t cell;
    struct text name;
    struct text period; /* that its name ends with */
    int year;           /* of it */
    enum column column;
    bool configured;
    bool dated; /* the period may be the rows' own or another */
};

static int read_claim(struct arena *arena, const struct header_names *names, struct text printed,
                      struct claim *ret_claim, bool *ret_known, struct error *err)
{
    struct claim claim = {.name = printed};
    const struct header_name *found;
    struct text base;
    bool has_period = split_period(printed, &base, &claim.period, &claim.year);
    if (find_name(arena, names, printed, &found, err)) return -1;
    if (!found && has_period) {
        if (find_name(arena, names, base, &found, err)) return -1;
        if (found && (found->configured || found->column <= COLUMN_INDIKATOR || found->column == COLUMN_PERIOD))
            found = NULL;
        claim.dated = found && found->column != COLUMN_FOREGAENDE;
    }
    *ret_known = found != NULL;
    if (!found) return 0;
    claim.column = found->column;
    claim.configured = found->configured;
    bool labelled = claim.period.len && (claim.period.ptr[0] < '0' || claim.period.ptr[0] > '9');
    if (claim.dated && claim.column == COLUMN_UTFALL && labelled) { /* `Utfall VB 2021` beside `Periodens utfall` */
        claim.column = COLUMN_FOREGAENDE;
        claim.dated = false;
    }
    *ret_claim = claim;
    return 0;
}

/* Gives COLUMN to the one cell that claims it: a configured name before a built-in one. */
static void settle(struct delimited_header *header, const struct claim *claims, size_t count, enum column column)
{
    const struct claim *chosen = NULL, *other = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct claim *c = &claims[i];
        if (c->column != column || c->dated) continue;
        if (!chosen || (c->configured && !chosen->configured)) {
            chosen = c;
            other = NULL;
        } else if (c->configured == chosen->configured && !other) {
            other = c;
        }
    }
    if (!chosen) return;
    header->columns++;
    header->index[column] = (int)chosen->cell;
    header->name[column] = chosen->name;
    if (column == COLUMN_FOREGAENDE) header->previous_report = chosen->period;
    if (!other || header->clash[0]) return;
    header->clash_column = column;
    header->clash[0] = chosen->cell + 1;
    header->clash[1] = other->cell + 1;
    header->clash_name[0] = chosen->name;
    header->clash_name[1] = other->name;
}

/* Takes the latest of the dated claims on COLUMN as the rows' own period; take_row compares each row's period with it. */
static void promote_latest(struct delimited_header *header, struct claim *claims, size_t count, enum column column)
{
    int latest = 0;
    for (size_t i = 0; i < count; i++)
        if (claims[i].dated && claims[i].column == column && claims[i].year > latest) latest = claims[i].year;
    for (size_t i = 0; latest && i < count; i++)
        if (claims[i].dated && claims[i].column == column && claims[i].year == latest) claims[i].dated = false;
    header->year[column] = latest;
    settle(header, claims, count, column);
}

/* `Utfall 2022` beside a plain `Utfall`, or beside `Utfall 2023`, is the previous value; alone it is the value. */
static void settle_dated(struct delimited_header *header, struct claim *claims, size_t count)
{
    for (int c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
        if (header->index[c] < 0 && c != COLUMN_FOREGAENDE) promote_latest(header, claims, count, (enum column)c);
    for (size_t i = 0; i < count; i++)
        if (claims[i].dated && claims[i].column == COLUMN_UTFALL) {
            claims[i].column = COLUMN_FOREGAENDE;
            claims[i].dated = false;
        }
}

int header_read(struct arena *arena, const struct header_names *names, const struct delimited_row *row,
                struct delimited_header *ret_header, struct error *err)
{
    struct delimited_header header = {.place = row->place};
    for (int c = 0; c < COLUMN_COUNT; c++)
        header.index[c] = -1;
    struct claim *claims = arena_array(arena, row->count, sizeof *claims);
    if (!claims) return error_memory(err);
    size_t count = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].text.len == 0) continue;
        header.count = i + 1;
        if (row->cells[i].text.len > LIMIT_NAME) continue; /* prose */
        struct text printed = text_copy(arena, row->cells[i].text);
        if (text_failed(printed)) return error_memory(err);
        bool known;
        if (read_claim(arena, names, printed, &claims[count], &known, err)) return -1;
        if (!known) continue;
        enum column column = claims[count].column;
        header.has_indikator |= column == COLUMN_INDIKATOR;
        header.has_period |= column == COLUMN_PERIOD;
        header.has_value |= column >= COLUMN_UTFALL && column <= COLUMN_KF_ARSMAL;
        claims[count++].cell = i;
    }
    for (int c = 0; c < COLUMN_COUNT; c++)
        if (c != COLUMN_FOREGAENDE) settle(&header, claims, count, (enum column)c);
    settle_dated(&header, claims, count);
    settle(&header, claims, count, COLUMN_FOREGAENDE);
    *ret_header = header;
    return 0;
}

bool header_is_one(const struct delimited_header *header)
{
    return header->has_indikator && header->has_period && header->has_value;
}

int header_check(const struct delimited_header *header, const char *name, struct error *err)
{
    unsigned long long line = header->place.line;
    const struct text *clash = header->clash_name;
    if (header->clash[0]) {
        error_set(err, EXIT_REFUSED, "%s:%llu: column %zu \"%.*s\" and column %zu \"%.*s\" both mean %s", name, line,
                  header->clash[0], TEXT_ARGS(text_part(clash[0], 0, LIMIT_SHOWN)), header->clash[1],
                  TEXT_ARGS(text_part(clash[1], 0, LIMIT_SHOWN)), column_name(header->clash_column));
        return error_hint(err, "Name the one that counts among the source's columns in the configuration.");
    }
    return 0;
}
