/* The same with ISA-L (the Makefile links inflate_isal.c). */
#include "tests/unit/test_gunzip.c" // NOLINT(bugprone-suspicious-include)
