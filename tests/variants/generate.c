#include "tests/variants/generate.h"

#include <stdarg.h>
#include <stdlib.h>

/* ---- chance ---- */

static uint64_t next(struct chance *c)
{
    c->state ^= c->state >> 12;
    c->state ^= c->state << 25;
    c->state ^= c->state >> 27;
    return c->state * UINT64_C(0x2545f4914f6cdd1d);
}

void chance_seed(struct chance *c, uint64_t seed)
{
    c->state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    if (!c->state) c->state = 1;
    for (int i = 0; i < 4; i++)
        (void)next(c);
}

size_t below(struct chance *c, size_t n)
{
    return (size_t)((next(c) >> 33) % n);
}

bool often(struct chance *c, unsigned percent)
{
    return below(c, 100) < percent;
}

/* ---- lines ---- */

static void give_up(const char *why)
{
    fprintf(stderr, "variants: %s\n", why);
    exit(2);
}

const char *say(struct variant *v, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *out = len < 0 ? NULL : arena_alloc(&v->arena, (size_t)len + 1);
    if (!out) give_up("out of memory");
    (void)vsnprintf(out, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return out;
}

struct vline *line_insert(struct variant *v, size_t at, enum role role)
{
    if (v->line_count == LINES_MOST) give_up("a report is too long");
    memmove(v->lines + at + 1, v->lines + at, (v->line_count - at) * sizeof *v->lines);
    v->line_count++;
    v->lines[at] = (struct vline){.role = role, .table = -1, .fact = -1, .goal = -1, .cells = 1, .cell = {""}};
    return &v->lines[at];
}

struct vline *line_add(struct variant *v, enum role role, const char *cell)
{
    struct vline *line = line_insert(v, v->line_count, role);
    line->cell[0] = cell;
    return line;
}

void line_remove(struct variant *v, size_t at)
{
    memmove(v->lines + at, v->lines + at + 1, (v->line_count - at - 1) * sizeof *v->lines);
    v->line_count--;
}

void cell_insert(struct vline *line, size_t at, const char *cell)
{
    if (line->cells == LINE_CELLS) give_up("a row has too many cells");
    memmove(line->cell + at + 1, line->cell + at, (line->cells - at) * sizeof *line->cell);
    line->cell[at] = cell;
    line->cells++;
}

void cell_remove(struct vline *line, size_t at)
{
    memmove(line->cell + at, line->cell + at + 1, (line->cells - at - 1) * sizeof *line->cell);
    line->cells--;
}

struct text variant_print(struct variant *v)
{
    if (v->layout == LAYOUT_DELIMITED) return print_delimited(v);
    if (v->layout == LAYOUT_WORKBOOK) return print_workbook(v);
    size_t size = 1, len = 0;
    for (size_t i = 0; i < v->line_count; i++)
        for (size_t c = 0; c < v->lines[i].cells; c++)
            size += strlen(v->lines[i].cell[c]) + 1;
    char *out = arena_alloc(&v->arena, size);
    if (!out) give_up("out of memory");
    for (size_t i = 0; i < v->line_count; i++) {
        const struct vline *line = &v->lines[i];
        for (size_t c = 0; c < line->cells; c++) {
            size_t n = strlen(line->cell[c]);
            memcpy(out + len, line->cell[c], n);
            len += n;
            out[len++] = c + 1 < line->cells ? '\t' : '\n';
        }
        if (line->fact >= 0) {
            if (line->begins) v->facts[line->fact].line = i + 1;
            v->facts[line->fact].last_line = i + 1;
        }
        if (line->goal >= 0 && line->begins) v->goals[line->goal].line = i + 1;
    }
    return text_make(out, len);
}

void variant_free(struct variant *v)
{
    arena_free(&v->arena);
}

/* ---- goals ---- */

static const char *const inriktningsmal[] = {
    "%zu. En modern storstad med möjligheter och valfrihet för alla",
    "%zu. Ett Stockholm som håller samman med en stark och jämlik välfärd i hela staden",
    "%zu. En ekonomiskt hållbar och innovativ storstad för framtiden",
};
static const char *const verksamhetsmal[] = {
    "%zu.%zu Stockholms stad ska ge stöd och omsorg där behoven är som störst",
    "%zu.%zu. Stockholm är en trygg, säker och välskött stad att bo och vistas i",
    "%zu.%zu I Stockholm är människor självförsörjande och vägen till arbete och svenskkunskaper är kort",
    "%zu.%zu. Stockholm använder skattemedlen effektivt till största nytta för stockholmarna",
};
static const char *const namndmal[] = {
    "%zu.%zu.1 Kvinnor och män försörjer sig själva och är etablerade",
    "%zu.%zu.2 Vuxna får stöd och omsorg när behoven är som störst.",
    "%zu.%zu.1. Barn och unga i alla åldrar tar del av ett varierat kultur- och fritidsutbud",
    "Stadsdelsnämndens ekonomi är långsiktigt hållbar", /* the number may be missing */
};
static const char *const enhetsmal[] = {
    "Enheten bidrar till en hållbar livsmiljö",
    "Enhetens chefer och medarbetare skapar tillsammans en hälsosam arbetsmiljö.",
    "Personer med funktionsnedsättning lever ett självständigt liv utifrån sina individuella förutsättningar",
    "Enheten når 95 procent av målgruppen under 2022",
};
static const char *const statuses[] = {"Uppfylls helt",  "Uppfylls delvis", "Uppfylls inte",
                                       "Uppfylles helt", "Inga data",       "Ingen"};

static int goal_new(struct variant *v, enum niva niva, const char *text)
{
    unsigned has_status = niva == NIVA_INRIKTNINGSMAL ? 30 : 90;
    if (v->layout == LAYOUT_B && niva == NIVA_INRIKTNINGSMAL) has_status = 0; /* they have none there */
    struct goal *goal = &v->goals[v->goal_count];
    *goal = (struct goal){.niva = niva, .text = text, .status = ""};
    if (often(&v->chance, has_status)) goal->status = ONE_OF(&v->chance, statuses);
    if (v->layout == LAYOUT_B && goal->status[0] == 'I') goal->status = "Uppfylls helt";
    return (int)v->goal_count++;
}

static size_t rows_of_table(struct variant *v)
{
    return often(&v->chance, 75) ? 1 + below(&v->chance, 4) : 1 + below(&v->chance, 8);
}

size_t plan_goals(struct variant *v, struct plan plan[static PLAN_MOST])
{
    struct chance *c = &v->chance;
    size_t n = 0, top = 1 + below(c, 3), area = 1 + below(c, 4);
    const char *text = ONE_OF(c, inriktningsmal);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
    plan[n++] = (struct plan){.goal = goal_new(v, NIVA_INRIKTNINGSMAL, say(v, text, top))};
    for (size_t i = 1 + below(c, 2); i > 0; i--) {
        text = ONE_OF(c, verksamhetsmal);
        plan[n++] = (struct plan){.goal = goal_new(v, NIVA_VERKSAMHETSMAL, say(v, text, top, area)),
                                  .rows = often(c, 80) ? rows_of_table(v) : 0,
                                  .activities = often(c, 25)};
        if (often(c, 70)) {
            text = ONE_OF(c, namndmal);
            plan[n++] = (struct plan){.goal = goal_new(v, NIVA_NAMNDMAL, say(v, text, top, area)),
                                      .rows = often(c, 60) ? rows_of_table(v) : 0,
                                      .activities = often(c, 25)};
        }
        if (often(c, 40))
            plan[n++] = (struct plan){.goal = goal_new(v, NIVA_ENHETSMAL, ONE_OF(c, enhetsmal)),
                                      .rows = often(c, 50) ? rows_of_table(v) : 0};
        area++;
    }
#pragma GCC diagnostic pop
    return n;
}

void goals_above(const struct variant *v, int at, const char *ret_goal[static NIVA_COUNT])
{
    for (size_t i = 0; i < NIVA_COUNT; i++)
        ret_goal[i] = "";
    for (int i = 0; i <= at; i++) {
        ret_goal[v->goals[i].niva] = v->goals[i].text;
        for (size_t below_it = (size_t)v->goals[i].niva + 1; below_it < NIVA_COUNT; below_it++)
            ret_goal[below_it] = "";
    }
}

/* ---- texts ---- */

static const char *const prose[] = {
    "Bedömningen är att målet uppfylls helt. Bedömningen grundar sig på det samlade resultatet av underliggande mål.",
    "Målet uppfylls helt.",
    "Under 2022 var 116 bostadskontrakt planerade att upphöra då maximal boendetid uppnåtts. Av dessa har 114 hushåll "
    "flyttat ut.",
    "2021: Antal besökare 2 338, 43 % flickor, 57 % pojkar",
    "Självförsörjning",
    "Beskrivning",
    "Analys",
    "Resultatet ökade från 79 % 2020 till 81 % 2022",
    "Sjukfrånvaron har minskat successivt under året och uppgår till 5,4 %, att jämföra med 6,9 % 2021.",
    "Förväntat resultat",
    "Nämndens mål är att fler barn och unga ska delta i aktiviteter på fritiden 2023",
    "Antal personer som fått stöd var 32 st 2021",
};
static const char *const analyses[] = {
    "Resultatet har försämrats i jämförelse med föregående år, 89 % 2021 och 69 % 2022. Svarsfrekvensen var 52 %.",
    "Årsmålet om 70 tillhandahållna platser sattes med utgångspunkt i resultatet för 2021 som var 72.",
    "Utfallet ligger något över årsmålet.",
    "Se text nedan",
    "Resultatet har blivit något sämre men fler personer har svarat på enkäten. 35/ 42 2022 och 29/32 2021. Underlaget "
    "är litet.",
    "Målet höjdes för 2022 till 50 % från tidigare 45 %, och årets utfall ligger något under föregående år.",
    "Enheten har en hög närvaro. Sjukfrånvaron var 3,2 % för kvinnor och 2,6 % för män 2022",
    "Oktober 2021 var andelen timmar utförda av timavlönade 20 %. Arbetet med att minska andelen vikarier fortsätter "
    "2023.",
};
static const char *const activities[] = {
    "Genomföra digital föräldrastödsutbildning",
    "Följa upp att följsamheten av basala hygienrutiner är hög i alla verksamheter",
    "Sprida information om program för tillgänglighet och delaktighet 2018-2023",
};

const char *some_prose(struct variant *v)
{
    return ONE_OF(&v->chance, prose);
}
const char *some_analysis(struct variant *v)
{
    return ONE_OF(&v->chance, analyses);
}
const char *some_activity(struct variant *v)
{
    return ONE_OF(&v->chance, activities);
}

void generate(struct variant *v, enum layout layout, uint64_t seed)
{
    *v = (struct variant){.layout = layout, .focus = -1};
    chance_seed(&v->chance, seed);
    v->year = 2020 + (int)below(&v->chance, 5);
    v->previous = say(v, "VB %d", v->year - 1);
    if (layout == LAYOUT_A)
        write_a(v);
    else if (layout == LAYOUT_B)
        write_b(v);
    else
        write_export(v);
}
