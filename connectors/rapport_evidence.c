#include "connectors/rapport_evidence.h"

#include <stdint.h>

#include "connectors/rapport_words.h"

/* All words of a phrase, in this order, within one sentence and no farther apart than REACH bytes. */
struct phrase {
    enum evidence means;
    const char *words[5];
};
#define REACH 90

static const struct phrase phrases[] = {
    {EVIDENCE_SUPPRESSED, {"färre än", "individer"}},
    {EVIDENCE_SUPPRESSED, {"färre än", "personer"}},
    {EVIDENCE_SUPPRESSED, {"färre än", "svar"}},
    {EVIDENCE_SUPPRESSED, {"låga antalet", "män"}},
    {EVIDENCE_SUPPRESSED, {"låga antalet", "kvinnor"}},
    {EVIDENCE_SUPPRESSED, {"lågt antal", "män"}},
    {EVIDENCE_SUPPRESSED, {"lågt antal", "kvinnor"}},
    {EVIDENCE_SUPPRESSED, {"få anställda", "män"}},
    {EVIDENCE_SUPPRESSED, {"få anställda", "kvinnor"}},
    {EVIDENCE_SUPPRESSED, {"få män", "kön"}},
    {EVIDENCE_SUPPRESSED, {"för få svarande"}},
    {EVIDENCE_SUPPRESSED, {"för få individer"}},
    {EVIDENCE_SUPPRESSED, {"rapporteras ej", "kön"}},
    {EVIDENCE_SUPPRESSED, {"inte", "rapporteras", "könsuppdelat"}},
    {EVIDENCE_SUPPRESSED, {"redovisas inte", "könsuppdelat"}},
    {EVIDENCE_SUPPRESSED, {"delas inte upp", "kön"}},
    {EVIDENCE_SUPPRESSED, {"inte", "uppdelat på", "kön"}},
    {EVIDENCE_SUPPRESSED, {"sekretesskäl"}},
    {EVIDENCE_NOT_MEASURED, {"fråga", "inte", "ställts"}},
    {EVIDENCE_NOT_MEASURED, {"fråga", "inte", "ställdes"}},
    {EVIDENCE_NOT_MEASURED, {"frågan", "ställdes inte"}},
    {EVIDENCE_NOT_MEASURED, {"har inte mätts"}},
    {EVIDENCE_NOT_MEASURED, {"mättes inte"}},
    {EVIDENCE_NOT_MEASURED, {"mätning", "inte", "genomförts"}},
    {EVIDENCE_NOT_MEASURED, {"undersökningen", "genomfördes inte"}},
    {EVIDENCE_NOT_MEASURED, {"undersökning", "har inte", "genomförts"}},
};

/* Where NEEDLE begins in A, capitals aside; SIZE_MAX when it does not. */
static size_t find_folded(struct text a, const char *needle)
{
    for (size_t i = 0; i < a.len; i++)
        if (words_starts_folded(text_from(a, i), needle)) return i;
    return SIZE_MAX;
}

/* The sentence A begins with: to a full stop before a blank, or to the end. */
static struct text sentence_of(struct text a)
{
    for (size_t i = 0; i + 1 < a.len; i++)
        if ((a.ptr[i] == '.' || a.ptr[i] == '!' || a.ptr[i] == '?') && (a.ptr[i + 1] == ' ' || a.ptr[i + 1] == '<'))
            return text_part(a, 0, i + 1);
    return a;
}

static bool says(struct text sentence, const struct phrase *phrase)
{
    for (size_t w = 0; w < sizeof phrase->words / sizeof *phrase->words && phrase->words[w]; w++) {
        size_t at = find_folded(sentence, phrase->words[w]);
        if (at == SIZE_MAX || (w > 0 && at > REACH)) return false;
        sentence = text_from(sentence, at + strlen(phrase->words[w]));
    }
    return true;
}

enum evidence evidence_in(struct text analysis)
{
    while (analysis.len) {
        struct text sentence = sentence_of(analysis);
        for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
            if (says(sentence, &phrases[i])) return phrases[i].means;
        analysis = text_from(analysis, sentence.len);
    }
    return EVIDENCE_NONE;
}
