/* A YAML document as a tree in which every key and every value knows where it stands.  Only what a configuration needs:
 * one document, keys that are texts, no aliases, anchors or tags. */
#ifndef STADSLAGER_YAML_TREE_H
#define STADSLAGER_YAML_TREE_H

#include "etl/config/problems.h"

enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP };

struct tree_node {
    enum tree_kind kind;
    bool plain;                    /* a scalar without quotes */
    unsigned line, column;         /* of the value, from 1; columns in characters */
    unsigned key_line, key_column; /* of the key, in a map */
    struct text key;               /* in a map */
    struct text scalar;
    const struct tree_node *parent;
    struct tree_node *first, *last, *next; /* children in order; next sibling */
    size_t count;                          /* of children */
};

/* Parses BYTES (UTF-8) of FILE (a name for messages).  The tree lives in ARENA and points into it.  NULL when there is
 * none, and the reason is in PROBLEMS; a key that stands twice is a problem too, but the tree is given (with both). */
const struct tree_node *tree_parse(const char *file, struct text bytes, struct arena *arena, struct problems *problems);
/* The first child of that key; NULL when MAP has none, is NULL or is no map. */
const struct tree_node *tree_get(const struct tree_node *map, const char *key);
/* True for `~`, `null` and nothing at all, unquoted. */
bool tree_is_null(const struct tree_node *node);
/* "sources[bromma-2023].year": keys joined by dots, list items by their name or code, or counted from 1.  "" for the root. */
#define TREE_PATH_SIZE 256
const char *tree_path(const struct tree_node *node, char buffer[static TREE_PATH_SIZE]);

#endif
