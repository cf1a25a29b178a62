/* The configuration and the three registries, each ended by a byte 0x1E: the tree, the reader by table, the checks. */
#include "tests/fuzz/fuzz.h"

#include "etl/config/config_read.h"

static void check_node(const struct tree_node *node, struct text bytes, unsigned depth)
{
    char path[TREE_PATH_SIZE];
    size_t count = 0;
    FUZZ_CHECK(depth <= LIMIT_CONFIG_DEPTH + 1);
    FUZZ_CHECK(node->line >= 1 && node->column >= 1 && node->line <= bytes.len + 1);
    FUZZ_CHECK(strlen(tree_path(node, path)) < TREE_PATH_SIZE && fuzz_is_utf8(text_of(path)));
    if (node->kind == TREE_SCALAR) FUZZ_CHECK(fuzz_is_utf8(node->scalar));
    for (const struct tree_node *child = node->first; child; child = child->next) {
        FUZZ_CHECK(child->parent == node);
        FUZZ_CHECK(child->next || child == node->last);
        if (node->kind == TREE_MAP) FUZZ_CHECK(child->key_line >= 1 && child->key_column >= 1);
        check_node(child, bytes, depth + 1);
        count++;
    }
    FUZZ_CHECK(count == node->count && (count == 0 || node->kind != TREE_SCALAR));
}

static const struct tree_node *parse(const char *file, struct text bytes, struct problems *problems)
{
    const struct tree_node *root = tree_parse(file, bytes, problems->arena, problems);
    if (root) check_node(root, bytes, 1);
    FUZZ_CHECK(root || problems->count > 0);
    return root;
}

static void check_problems(const struct problems *problems)
{
    FUZZ_CHECK(!problems->out_of_memory && problems->kept <= problems->count);
    FUZZ_CHECK(problems->kept == LIMIT_PROBLEMS || problems->kept == problems->count);
    for (size_t i = 0; i < problems->kept; i++) {
        const struct problem *p = &problems->list[i];
        FUZZ_CHECK(p->file && p->line >= 1 && p->column >= 1);
        FUZZ_CHECK(p->text && p->text[0] && fuzz_is_utf8(text_of(p->text)) && !strpbrk(p->text, "\r\n"));
    }
}

/* What a run relies on in a configuration without problems. */
static void check_config(const struct config *config)
{
    FUZZ_CHECK(config->dsn || config->dsn_file);
    FUZZ_CHECK(config->archive_path && config->source_count > 0);
    for (size_t i = 0; i < config->source_count; i++)
        FUZZ_CHECK(config->sources[i].name && config->sources[i].url && config->sources[i].connector);
    for (size_t i = 0; i < config->registry.stadsdel_count; i++)
        FUZZ_CHECK(config->registry.stadsdelar[i].code && config->registry.stadsdelar[i].name);
    for (size_t i = 0; i < config->registry.enhet_count; i++)
        FUZZ_CHECK(config->registry.enheter[i].stadsdel && config->registry.enheter[i].name);
    for (size_t i = 0; i < config->registry.indikator_count; i++)
        FUZZ_CHECK(config->registry.indikatorer[i].code && config->registry.indikatorer[i].name);
}

static void read_all(struct text input, struct config *config, struct problems *problems)
{
    static const char *const names[REGISTRY_COUNT] = {"stadsdelar.yaml", "enheter.yaml", "indikatorer.yaml"};
    struct registry_file files[REGISTRY_COUNT] = {{0}};
    const struct reading reading = {&config->arena, problems, "config.yaml", "etc/", config_keys, false};
    config->path = "etc/config.yaml";
    const struct tree_node *root = parse("config.yaml", fuzz_segment(&input), problems);
    for (int kind = 0; kind < REGISTRY_COUNT && input.len; kind++)
        files[kind] = (struct registry_file){names[kind], parse(names[kind], fuzz_segment(&input), problems)};
    if (root) config_read(&reading, root, NULL, config);
    registry_read(files, &config->arena, problems, &config->registry);
    if (root) config_check(&reading, root, config, (struct config_source *)(uintptr_t)config->sources);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config = {0};
    struct problems problems = {.arena = &config.arena};
    char *bytes = fuzz_copy(text_make((const char *)data, size));
    read_all(text_make(bytes, size), &config, &problems);
    check_problems(&problems);
    if (problems.count == 0) check_config(&config);
    arena_free(&config.arena);
    free(bytes);
    return 0;
}
