/* Reading a tree into structs by a table of keys: one row per key gives its type, default, range, meaning and place. */
#ifndef STADSLAGER_CONFIG_READ_H
#define STADSLAGER_CONFIG_READ_H

#include "etl/config/config.h"
#include "etl/config/problems.h"
#include "etl/config/yaml_tree.h"

enum key_type {
    KEY_SECTION,   /* a map whose keys are rows of their own; stored nowhere */
    KEY_ENTRIES,   /* a list of maps: an array of structs of SIZE bytes, its count at COUNT_OFFSET */
    KEY_INT64,     /* whole number MIN to MAX */
    KEY_INT,       /* the same, stored in an int */
    KEY_SIZE,      /* bytes, also "2 GiB"; int64_t */
    KEY_BOOL,      /* true or false */
    KEY_TEXT,      /* const char *; at least MIN, at most MAX bytes; one of CHOICES when given */
    KEY_SLICE,     /* the same as struct text */
    KEY_PATH,      /* const char *, made relative to the folder of the file */
    KEY_URL,       /* const char *; looked into by config_check */
    KEY_NAME,      /* const char *; [a-z0-9-]+ */
    KEY_CODE,      /* const char *; [A-Z][A-Z0-9_]* */
    KEY_DATE,      /* const char *; an ISO date that exists */
    KEY_CHOICE,    /* one of CHOICES, stored as its index in an enum */
    KEY_SEPARATOR, /* char: ; , or tab */
    KEY_CONNECTOR, /* const struct connector * */
    KEY_TEXTS,     /* a list of texts: const char *const *, its count at COUNT_OFFSET */
    KEY_SLICES,    /* the same as const struct text * */
    KEY_WORDS,     /* a map of any text to one of CHOICES: an array of structs of SIZE bytes, filled by PUT */
};

struct config_key {
    const char *path; /* "fetch.parallel", "sources[].name" */
    enum key_type type;
    bool required;
    const char *standard; /* the default, as it would be written; NULL = none: the field stays zero */
    int64_t min, max;
    const char *choices; /* "add|quarantine", in the order of the enum */
    const char *help;    /* one line */
    size_t offset, count_offset, size;
    int (*put)(struct arena *arena, struct text key, int choice, void *element) CHECK_RESULT; /* -1: out of memory */
};

/* config_keys.c: the table.  Both end with a NULL path. */
extern const struct config_key config_keys[];   /* the configuration -> struct config, struct config_source */
extern const struct config_key registry_keys[]; /* the three registries -> struct registry and its entries */

struct reading {
    struct arena *arena; /* of what is read */
    struct problems *problems;
    const char *file, *folder; /* FOLDER: "" or with its slash */
    const struct config_key *keys;
    bool kept; /* from the ledger or a manifest: the files for secrets of then are no matter now */
};

/* Reads ROOT into BASE.  ONLY (NULL = all) is the top-level keys that belong in this file.  Values that are wrong are
 * problems and leave their field as it was. */
void config_read(const struct reading *reading, const struct tree_node *root, const char *const *only, void *base);
/* A problem of what stands at AT, with its path in front; position of the value. */
void reading_problem(const struct reading *reading, const struct tree_node *at, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* One value for one row: the reader's heart, also used for the defaults.  SLOT is the field. */
void config_read_value(const struct reading *reading, const struct config_key *key, const struct tree_node *node,
                       void *base);
/* "1 to 64", "add or quarantine": what KEY takes, for messages and --help.  Returns BUFFER. */
#define KEY_EXPECTED_SIZE 512
const char *key_expected(const struct config_key *key, char buffer[static KEY_EXPECTED_SIZE]);
/* TEXT's index in "a|b|c", or -1. */
int choice_index(const char *choices, struct text text);

/* ---- the checks that need more than one key; config_check.c ---- */

/* SOURCES is the list node of config.sources (may be NULL); its items and the array run in parallel. */
void config_check(const struct reading *reading, const struct tree_node *root, struct config *config,
                  struct config_source *sources);
/* The ids of MAP, severities by rule (may be NULL).  LEAST: RULE_PER_RUN, or RULE_PER_INDIKATOR in an indicator's entry. */
void config_check_rules(const struct reading *reading, const struct tree_node *map, enum rule_choice least);

/* ---- secrets and the way to the warehouse; config_secrets.c ---- */

/* Passwords in the connection string, files open to others, another machine without sslmode=verify-full. */
void config_check_warehouse(const struct reading *reading, const struct tree_node *root, const struct config *config);
/* PATH: a file with credentials, or NULL; AT: where the configuration names it, or NULL. */
void config_check_credentials(const struct reading *reading, const struct tree_node *at, const char *path);

/* ---- registry.c ---- */

struct registry_file {
    const char *path;             /* for messages */
    const struct tree_node *root; /* NULL: none, an empty registry */
};
enum registry_kind { REGISTRY_STADSDELAR, REGISTRY_ENHETER, REGISTRY_INDIKATORER, REGISTRY_COUNT };
/* Reads the three files and checks them against each other. */
void registry_read(const struct registry_file files[static REGISTRY_COUNT], struct arena *arena,
                   struct problems *problems, struct registry *ret_registry);

#endif
