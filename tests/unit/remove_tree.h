/* A test's folder is removed with all it holds. */
#ifndef STADSLAGER_REMOVE_TREE_H
#define STADSLAGER_REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

/* 0, or not. */
static inline int remove_tree(const char *folder)
{
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
