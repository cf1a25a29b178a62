/* One row of an indicator table: a name and seven values as the exports print them. */
#include "tests/variants/generate.h"

/* Names of all kinds: short, long, with a number at the end, with brackets, quotes, a full stop, dashes. */
static const char *const names[] = {
    "Sjukfrånvaro",
    "Sjukfrånvaro dag 1-14",
    "Ledarskapsindex",
    "Aktivt Medskapandeindex",
    "Index Bra arbetsgivare",
    "AMI - ledarskap.",
    "AMI-styrning",
    "Nämndens prognossäkerhet T2",
    "Antal barn per grupp",
    "Antal vräkningar som berör barn",
    "Andel digitala inköp i hemtjänsten",
    "Utvecklas och Lära nytt - Index",
    "Totalt köpt energi i stadens verksamheter",
    "Antal ungdomar som fått feriejobb i stadens regi",
    "Antal familjer som mottar föräldrastöd genom ABC-utbildning",
    "Antal förskolor som erhåller Skolverkets certifiering \"Hållbar skola\"",
    "Andel nöjda föräldrar till barn i förskolan",
    "Antal barn, som har anhörig med beroende, som erbjudits BRA-samtal .",
    "Antal samtal med äldre\u043auratorer",
    "Andel unga vuxna 18-24 år med ekonomiskt bistånd av samtliga unga vuxna 18-24 år i befolkningen",
    "Andel barn och ungdomar anmälda för brott som tillsammans med föräldrar eller vårdnadshavare kallats till samtal "
    "med "
    "socialtjänsten inom 48 timmar",
    "Andel utredningar av barn och unga där barnet varit delaktigt och fått återkoppling",
    "Andel utredningar av barn och unga i vilka skola/förskola vidtalas",
    "Andel legitimerade förskollärare av totala antalet anställda (årsarbetare)",
    "Andel personer som själva upplever att de får en förbättrad situation av insatserna de fått från socialtjänsten "
    "(vuxna "
    "missbruk, socialpsykiatri, våld i nära relation)",
    "Andel personer som själva upplever att de får en förbättrad situation av insatserna de fått från socialtjänsten "
    "(ekonomiskt bistånd)",
    "Brukarens upplevelse av trygghet - LSS-boende, vuxna och barn (stöd och service till personer med "
    "funktionsnedsättning)",
    "Andel personer med funktionsnedsättning som upplever att de kan påverka insatsens utformning (stöd och service "
    "till "
    "personer med funktionsnedsättning)",
    "Andel brukare som är nöjd med sin insats - Funktionsnedsättning (stöd och service till personer med "
    "funktionsnedsättning)",
    "Andel äldre på särskilda boenden som har en åtgärdsplan för risk för undernäring.",
    "Andel inköpta ekologiska måltider och livsmedel i staden i kronor av totala värdet av inköpta måltider och "
    "livsmedel",
    "Indexvärde för det lokala ANDT-förebyggande arbetet enligt Preventionsindex mini (PI-mini).",
    "Antal personal en hemtjänsttagare möter under en 14-dagarsperiod",
    "Andel medarbetare som vet var de ska vända sig om hen upplever sig utsatt för diskriminering, kränkande "
    "särbehandling, "
    "trakasserier, sexuella trakasserier och repressalier",
    "Andel barn som når målen i svenska, matematik och engelska i årskurs 3",
};

enum kind {
    KIND_SHARE,
    KIND_DECIMAL,
    KIND_BARE,
    KIND_BARE_DECIMAL,
    KIND_PIECES,
    KIND_THOUSANDS,
    KIND_UNIT,
    KIND_COUNT
};

static const char *number(struct variant *v, enum kind kind)
{
    static const char *const units[] = {"barn/avd.", "kg CO2", "GWh", "st"};
    struct chance *c = &v->chance;
    size_t n = below(c, 100);
    switch (kind) {
    case KIND_SHARE:
        return say(v, "%zu %%", often(c, 8) ? 100 : n);
    case KIND_DECIMAL:
        return say(v, "%zu,%zu %%", n, 1 + below(c, 99));
    case KIND_BARE:
        return say(v, "%zu", often(c, 10) ? 100 + below(c, 300) : n);
    case KIND_BARE_DECIMAL:
        return say(v, "%zu,%02zu", n, below(c, 100));
    case KIND_PIECES:
        return often(c, 25) ? say(v, "%zu %03zu st", 1 + below(c, 20), below(c, 1000)) : say(v, "%zu st", 1 + 9 * n);
    case KIND_THOUSANDS:
        return often(c, 30) ? say(v, "%zu", 500 + below(c, 500))
                            : say(v, "%zu %03zu", 1 + below(c, 12), below(c, 1000));
    default:
        return say(v, "%zu,%zu %s", n, below(c, 10), ONE_OF(c, units));
    }
}

/* Like its neighbours, and sometimes without its sign, or a true zero. */
static const char *figure(struct variant *v, enum kind kind)
{
    struct chance *c = &v->chance;
    if (often(c, 4)) return kind == KIND_SHARE || kind == KIND_DECIMAL ? "0 %" : "0";
    if ((kind == KIND_SHARE || kind == KIND_DECIMAL) && often(c, 10)) kind = KIND_BARE_DECIMAL;
    if (kind == KIND_BARE_DECIMAL && often(c, 30)) kind = KIND_SHARE;
    return number(v, kind);
}

static const char *target(struct variant *v, enum kind kind)
{
    static const char *const others[] = {
        "öka", "minska", "+/-1 %", "+/- 1 %", "Max 10 personer", "1945 GWh", "0", "0 %", "1,70 kg CO2 per kg livsmedel",
        "-1 %"};
    if (often(&v->chance, 12)) return ONE_OF(&v->chance, others);
    return kind == KIND_PIECES && often(&v->chance, 30) ? number(v, KIND_BARE) : number(v, kind);
}

static const char *kf_target(struct variant *v, enum kind kind)
{
    size_t n = below(&v->chance, 10);
    if (n < 3) return "Tas fram av nämnd";
    if (n < 5) return "Tas fram av nämnd/styrelse";
    return target(v, kind);
}

static void fill_sexes(struct variant *v, struct fact *f, enum kind kind)
{
    size_t n = below(&v->chance, 100);
    if (n < 52 || !f->value[VALUE_AT(COLUMN_UTFALL)][0]) return;
    if (n < 95 || n >= 98) f->value[VALUE_AT(COLUMN_UTFALL_MAN)] = figure(v, kind);
    if (n < 98) f->value[VALUE_AT(COLUMN_UTFALL_KVINNOR)] = figure(v, kind);
    f->odd |= n >= 95;
}

struct fact *fact_new(struct variant *v, enum niva niva, const char *const goal[static NIVA_COUNT])
{
    struct chance *c = &v->chance;
    struct fact *f = &v->facts[v->fact_count++];
    enum kind kind = (enum kind)below(c, KIND_COUNT);
    if (kind == KIND_THOUSANDS && often(c, 60)) kind = KIND_DECIMAL;
    bool own = niva == NIVA_VERKSAMHETSMAL; /* KF's own indicator */
    *f = (struct fact){.niva = niva};
    f->name = ONE_OF(c, names);
    memcpy(f->goal, goal, sizeof f->goal);
    for (size_t i = 0; i < VALUES; i++)
        f->value[i] = "";
    if (often(c, 96)) f->value[VALUE_AT(COLUMN_UTFALL)] = figure(v, kind);
    fill_sexes(v, f, kind);
    if (often(c, 80)) f->value[VALUE_AT(COLUMN_FOREGAENDE)] = figure(v, kind);
    if (often(c, 97)) f->value[VALUE_AT(COLUMN_ARSMAL)] = target(v, kind);
    if (often(c, own ? 97 : 3)) f->value[VALUE_AT(COLUMN_KF_ARSMAL)] = kf_target(v, kind);
    f->odd |= own != (f->value[VALUE_AT(COLUMN_KF_ARSMAL)][0] != '\0');
    f->value[VALUE_AT(COLUMN_PERIOD)] = say(v,
                                            often(c, 50)   ? "%d"
                                            : often(c, 95) ? "VB %d"
                                                           : "T2 %d",
                                            v->year - often(c, 2));
    return f;
}
