#include "etl/config/yaml_tree.h"

#include <stdlib.h>
#include <yaml.h>

#define NAME_IN_PATH 48 /* bytes of an item's name in a path of keys */

struct level { /* a map or list that is open */
    struct tree_node *node;
    struct text key; /* a map's key that waits for its value */
    unsigned key_line, key_column;
    bool has_key;
};

struct builder {
    const char *file;
    struct text bytes;
    struct arena *arena;
    struct problems *problems;
    struct level stack[LIMIT_CONFIG_DEPTH];
    size_t depth;
    size_t nodes;
    struct tree_node *root;
    bool refused; /* a problem after which the tree is not worth reading */
    bool stop;    /* … and after which the events are not either */
};

static unsigned line_of(yaml_mark_t mark)
{
    return (unsigned)mark.line + 1;
}
static unsigned column_of(yaml_mark_t mark)
{
    return (unsigned)mark.column + 1;
}

static void refuse(struct builder *b, yaml_mark_t mark, bool stop, const char *what)
{
    problems_add(b->problems, b->file, line_of(mark), column_of(mark), "%s", what);
    b->refused = true;
    b->stop = b->stop || stop;
}

static void out_of_memory(struct builder *b)
{
    b->problems->out_of_memory = b->refused = b->stop = true;
}

static int by_key(const void *a, const void *b)
{
    const struct tree_node *x = *(const struct tree_node *const *)a, *y = *(const struct tree_node *const *)b;
    int c = text_compare(x->key, y->key);
    if (c) return c;
    if (x->key_line != y->key_line) return x->key_line < y->key_line ? -1 : 1;
    return (x->key_column > y->key_column) - (x->key_column < y->key_column);
}

/* Sorted, so that a map of a million keys costs n log n. */
static void find_duplicate_keys(struct builder *b, const struct tree_node *map)
{
    if (map->count < 2) return;
    const struct tree_node **sorted = malloc(map->count * sizeof *sorted);
    if (!sorted) {
        out_of_memory(b);
        return;
    }
    size_t n = 0;
    for (const struct tree_node *child = map->first; child; child = child->next)
        sorted[n++] = child;
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 1, first = 0; i < n; i++) {
        char path[TREE_PATH_SIZE];
        if (!text_equal(sorted[i]->key, sorted[first]->key))
            first = i;
        else if (problems_full(b->problems))
            b->problems->count++;
        else
            problems_add(b->problems, b->file, sorted[i]->key_line, sorted[i]->key_column,
                         "%s: the key stands twice (first on line %u)", tree_path(sorted[i], path),
                         sorted[first]->key_line);
    }
    free(sorted);
}

static struct tree_node *add_node(struct builder *b, enum tree_kind kind, yaml_mark_t mark)
{
    struct tree_node *node = NULL;
    if (++b->nodes > LIMIT_CONFIG_NODES) {
        refuse(b, mark, true, "too many values in one file");
        return NULL;
    }
    node = arena_alloc(b->arena, sizeof *node);
    if (!node) {
        out_of_memory(b);
        return NULL;
    }
    node->kind = kind;
    node->line = line_of(mark);
    node->column = column_of(mark);
    if (b->depth == 0) {
        b->root = node;
        return node;
    }
    struct level *level = &b->stack[b->depth - 1];
    node->parent = level->node;
    node->key = level->key;
    node->key_line = level->key_line;
    node->key_column = level->key_column;
    level->has_key = false;
    if (level->node->last)
        level->node->last->next = node;
    else
        level->node->first = node;
    level->node->last = node;
    level->node->count++;
    return node;
}

/* True when the next event is a key of the open map. */
static bool wants_key(const struct builder *b)
{
    return b->depth > 0 && b->stack[b->depth - 1].node->kind == TREE_MAP && !b->stack[b->depth - 1].has_key;
}

static void open_node(struct builder *b, enum tree_kind kind, yaml_mark_t mark)
{
    if (wants_key(b)) {
        refuse(b, mark, true, "a key must be a text");
    } else if (b->depth == LIMIT_CONFIG_DEPTH) {
        refuse(b, mark, true, "nested too deeply");
    } else {
        struct tree_node *node = add_node(b, kind, mark);
        if (node) b->stack[b->depth++] = (struct level){.node = node};
    }
}

static void close_node(struct builder *b)
{
    const struct tree_node *node = b->depth > 0 ? b->stack[--b->depth].node : NULL;
    if (node && node->kind == TREE_MAP) find_duplicate_keys(b, node);
}

static void add_scalar(struct builder *b, const yaml_event_t *event)
{
    struct text value = text_make((const char *)event->data.scalar.value, event->data.scalar.length);
    if (value.len && memchr(value.ptr, '\0', value.len))
        refuse(b, event->start_mark, false, "a NUL byte stands in the value");
    value = text_copy(b->arena, value);
    if (text_failed(value)) {
        out_of_memory(b);
    } else if (wants_key(b)) {
        struct level *level = &b->stack[b->depth - 1];
        level->key = value;
        level->key_line = line_of(event->start_mark);
        level->key_column = column_of(event->start_mark);
        level->has_key = true;
    } else {
        struct tree_node *node = add_node(b, TREE_SCALAR, event->start_mark);
        if (!node) return;
        node->scalar = value;
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
}

static void add_alias(struct builder *b, const yaml_event_t *event)
{
    refuse(b, event->start_mark, false, "aliases (*) are not allowed: write the value out");
    if (wants_key(b))
        b->stop = true;
    else
        (void)add_node(b, TREE_SCALAR, event->start_mark);
}

static void refuse_decoration(struct builder *b, const yaml_event_t *event, const yaml_char_t *anchor,
                              const yaml_char_t *tag)
{
    if (anchor) refuse(b, event->start_mark, false, "anchors (&) are not allowed: write the value out");
    if (tag) refuse(b, event->start_mark, false, "tags (!) are not allowed");
}

static void take_event(struct builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->root) refuse(b, event->start_mark, true, "a second document begins here: a file holds one");
        break;
    case YAML_ALIAS_EVENT:
        add_alias(b, event);
        break;
    case YAML_SCALAR_EVENT:
        refuse_decoration(b, event, event->data.scalar.anchor, event->data.scalar.tag);
        add_scalar(b, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        refuse_decoration(b, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        open_node(b, TREE_LIST, event->start_mark);
        break;
    case YAML_MAPPING_START_EVENT:
        refuse_decoration(b, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        open_node(b, TREE_MAP, event->start_mark);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_node(b);
        break;
    case YAML_STREAM_END_EVENT:
        b->stop = true;
        break;
    default:
        break;
    }
}

static void describe_syntax_error(struct builder *b, const yaml_parser_t *parser)
{
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_MEMORY_ERROR) {
        out_of_memory(b);
        return;
    }
    if (parser->error == YAML_READER_ERROR) { /* it has a byte offset only */
        mark = (yaml_mark_t){0};
        for (size_t i = 0; i < parser->problem_offset && i < b->bytes.len; i++) {
            if (b->bytes.ptr[i] == '\n') {
                mark.line++;
                mark.column = 0;
            } else if (((unsigned char)b->bytes.ptr[i] & 0xc0) != 0x80) {
                mark.column++;
            }
        }
    }
    b->refused = b->stop = true;
    problems_add(b->problems, b->file, line_of(mark), column_of(mark), "not YAML: %s%s%s",
                 parser->problem ? parser->problem : "cannot be read", parser->context ? " " : "",
                 parser->context ? parser->context : "");
}

const struct tree_node *tree_parse(const char *file, struct text bytes, struct arena *arena, struct problems *problems)
{
    struct builder b = {.file = file, .bytes = bytes, .arena = arena, .problems = problems};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        problems->out_of_memory = true;
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(bytes.len ? bytes.ptr : ""), bytes.len);
    while (!b.stop) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            describe_syntax_error(&b, &parser);
            break;
        }
        take_event(&b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (b.refused) return NULL;
    if (!b.root || tree_is_null(b.root)) {
        problems_add(problems, file, 1, 1, "the file is empty");
        return NULL;
    }
    if (b.root->kind != TREE_MAP) {
        problems_add(problems, file, b.root->line, b.root->column, "expected \"key: value\" lines at the top");
        return NULL;
    }
    return b.root;
}

const struct tree_node *tree_get(const struct tree_node *map, const char *key)
{
    if (!map || map->kind != TREE_MAP) return NULL;
    for (const struct tree_node *child = map->first; child; child = child->next)
        if (text_is(child->key, key)) return child;
    return NULL;
}

bool tree_is_null(const struct tree_node *node)
{
    if (node->kind != TREE_SCALAR || !node->plain) return false;
    return node->scalar.len == 0 || text_is(node->scalar, "~") || text_is(node->scalar, "null");
}

/* "[name]" of a list's item, or "[3]". */
static struct text item_label(const struct tree_node *item, char number[static 32])
{
    const struct tree_node *name = tree_get(item, "code");
    size_t i = 1;
    if (!name) name = tree_get(item, "name");
    if (name && name->kind == TREE_SCALAR && name->scalar.len) {
        size_t len = name->scalar.len;
        if (len > NAME_IN_PATH)
            for (len = NAME_IN_PATH; len > 0 && ((unsigned char)name->scalar.ptr[len] & 0xc0) == 0x80; len--)
                ;
        return text_make(name->scalar.ptr, len);
    }
    for (const struct tree_node *n = item->parent->first; n != item; n = n->next)
        i++;
    snprintf(number, 32, "%zu", i);
    return text_of(number);
}

const char *tree_path(const struct tree_node *node, char buffer[static TREE_PATH_SIZE])
{
    const struct tree_node *chain[LIMIT_CONFIG_DEPTH + 1];
    size_t depth = 0, len = 0;
    buffer[0] = '\0';
    for (; node && node->parent && depth <= LIMIT_CONFIG_DEPTH; node = node->parent)
        chain[depth++] = node;
    while (depth-- > 0 && len < TREE_PATH_SIZE) {
        char number[32], key[SHOWN_SIZE];
        const struct tree_node *n = chain[depth];
        bool item = n->parent->kind == TREE_LIST;
        struct text label = item ? item_label(n, number) : text_of(shown(n->key, key));
        int wrote = snprintf(buffer + len, TREE_PATH_SIZE - len, "%s%.*s%s", item ? "[" : (len ? "." : ""),
                             TEXT_ARGS(label), item ? "]" : "");
        len += wrote > 0 ? (size_t)wrote : 0;
    }
    return buffer;
}
