# Targets a user needs: make, make deps, make demo, make check, make bench, make install, make uninstall, make deb.
.DEFAULT_GOAL := all
SHELL := /bin/bash
.DELETE_ON_ERROR:
# `make V=1` shows the commands.
Q := $(if $(V),,@)

PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
VERSION := $(if $(VERSION),$(VERSION),0.1.0)

# Debian's libjs-chart.js; the binary takes the file in (etl/analys/site_assets.c), so it is needed by the build only.
CHART_JS := $(firstword $(wildcard /usr/share/javascript/chart.js/chart.min.js /usr/share/javascript/chart.js/Chart.min.js) missing-libjs-chart.js)
CC := gcc
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Werror
PQ_CFLAGS := -I/usr/include/postgresql
BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -I. $(PQ_CFLAGS) $(WARNINGS) -MMD -MP -DSTADSLAGER_VERSION='"$(VERSION)"' -DSTADSLAGER_CHART_JS='"$(CHART_JS)"'
HARDENING := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
HARDENING_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Races; in a build of its own, as it and the sanitizers above exclude each other, and gcc follows less through what it adds.
THREADS := -O1 -g -fsanitize=thread -fno-omit-frame-pointer -Wno-maybe-uninitialized
# Named steps at which the tests stop the program: etl/crash_point.h.
CRASH_POINTS := -DSTADSLAGER_CRASH_POINTS
# What decompresses: zlib, or isal (Intel's ISA-L: faster, another library to have); etl/fetch/inflate.h.
INFLATE ?= zlib
LIBS := -lpq -lcurl -lz -lyaml -lcrypto -lunistring -ljansson -lzip -lexpat -lxlsxwriter -lsystemd $(if $(filter isal,$(INFLATE)),-lisal)

SOURCES := $(filter-out etl/fetch/inflate_%.c,$(sort $(wildcard connectors/*.c etl/*/*.c etl/*.c))) etl/fetch/inflate_$(INFLATE).c
SQL := $(sort $(wildcard sql/migrations/*.sql sql/queries/*.sql))
LIBRARY_SOURCES := $(filter-out etl/main.c,$(SOURCES)) build/sql_embedded.c
UNIT_TESTS := $(patsubst tests/%.c,build/asan/%,$(sort $(wildcard tests/unit/test_*.c)))
INTEGRATION_PROGRAMS := $(patsubst tests/%.c,build/asan/%,$(sort $(wildcard tests/integration/*.c)))
VARIANTS_SOURCES := $(sort $(wildcard tests/variants/*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_REPLAYS := $(FUZZ_TARGETS:%=build/asan/fuzz/replay_%)
FUZZ_SECONDS ?= 600
FUZZ_ENGINE ?= libfuzzer

RELEASE_OBJECTS := $(foreach s,$(SOURCES) build/sql_embedded.c,build/release/$(s:.c=.o))
ASAN_OBJECTS := $(foreach s,$(LIBRARY_SOURCES),build/asan/$(s:.c=.o))
TSAN_OBJECTS := $(foreach s,$(SOURCES) build/sql_embedded.c,build/tsan/$(s:.c=.o))
FUZZ_OBJECTS := $(foreach s,$(LIBRARY_SOURCES) tests/fuzz/fuzz.c,build/fuzz/$(s:.c=.o))
AFL_OBJECTS := $(FUZZ_OBJECTS:build/fuzz/%=build/afl/%)

.PHONY: all deps demo check check-long coverage tsan bench bench-programs fuzz fuzz-programs install uninstall deb clean asan test-programs static format
.SECONDARY:
all: build/stadslager build/man/stadslager.1

build/stadslager: $(RELEASE_OBJECTS) build/inflate-$(INFLATE)
	@echo "  CC $@"
	$(Q)$(CC) $(HARDENING) $(HARDENING_LD) -o $@ $(RELEASE_OBJECTS) $(LIBS)

# So that another choice links again.
build/inflate-%:
	@mkdir -p $(@D)
	$(Q)rm -f build/inflate-* && touch $@

build/asan/stadslager: build/asan/etl/main.o build/asan/library.a
	@echo "  CC $@"
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# Measures decoding without a server; see tests/bench.
build/bench/decode_speed: build/release/tests/bench/decode_speed.o $(filter-out build/release/etl/main.o,$(RELEASE_OBJECTS))
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(HARDENING) $(HARDENING_LD) -o $@ $^ $(LIBS)

build/release/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(BASE_CFLAGS) $(HARDENING) -c -o $@ $<

build/asan/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(BASE_CFLAGS) $(SANITIZE) $(CRASH_POINTS) -c -o $@ $<

build/tsan/stadslager: $(TSAN_OBJECTS)
	@echo "  CC $@"
	$(Q)$(CC) $(THREADS) -o $@ $^ $(LIBS)

build/tsan/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(BASE_CFLAGS) $(THREADS) $(CRASH_POINTS) -c -o $@ $<

build/release/etl/analys/site_assets.o build/asan/etl/analys/site_assets.o build/tsan/etl/analys/site_assets.o build/fuzz/etl/analys/site_assets.o build/afl/etl/analys/site_assets.o: etl/analys/assets/site.css etl/analys/assets/site.js $(CHART_JS)

# Each .sql file becomes a string, so that what the binary runs is what stands in sql/.
build/sql_embedded.c: $(SQL) sql/embed.awk
	@mkdir -p $(@D)
	@echo "  SQL $@"
	$(Q)LC_ALL=C awk -f sql/embed.awk $(SQL) > $@

# Manual pages and bash completion, made from the program's own --help.
build/man/stadslager.1: build/stadslager $(wildcard etl/man/*)
	@mkdir -p $(@D)
	@echo "  MAN $@"
	$(Q)etl/man/generate build/stadslager build/man

# One program per module: tests/unit/test_X.c tests X.  Integration programs need a server, which tests/run lends them.
$(UNIT_TESTS) $(INTEGRATION_PROGRAMS): build/asan/%: build/asan/tests/%.o build/asan/library.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(SANITIZE) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -lcmocka

# What this one links comes before the build's choice.
build/asan/unit/test_gunzip_isal: build/asan/etl/fetch/inflate_isal.o
build/asan/unit/test_gunzip_isal: LIBS += -lisal

# Each call of the program that tests/unit/scarce_calls.h counts, the arena's included.
SCARCE_CALLS := malloc calloc realloc reallocarray open fsync fchmod rename mkostemp write pwrite pread getrandom EVP_MD_CTX_new \
	EVP_MD_fetch EVP_DigestInit_ex EVP_DigestInit_ex2 EVP_DigestUpdate EVP_DigestFinal_ex
SCARCE_TESTS := $(addprefix build/asan/unit/test_,audit_scarce listing manifest)
$(SCARCE_TESTS): build/faults/arena.o
$(SCARCE_TESTS): LIBS += $(SCARCE_CALLS:%=-Wl,--wrap=%)

# The generator of damaged reports with known truth.
build/asan/variants/variants: $(VARIANTS_SOURCES:%.c=build/asan/%.o) build/asan/library.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# For tests/faults: what makes calls fail, what notes them, and the program with an arena whose every allocation can.
build/faults/%.so: tests/faults/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(PQ_CFLAGS) $(WARNINGS) -O1 -g -fno-omit-frame-pointer -fno-builtin -fPIC -shared -o $@ $< -ldl

build/faults/arena.o: etl/base/arena.c etl/base/arena.h Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE_CFLAGS)) $(SANITIZE) -DARENA_BLOCK_SIZE=1 -c -o $@ $<

build/faults/stadslager: build/asan/etl/main.o build/faults/arena.o build/asan/library.a
	@echo "  CC $@"
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# Each fuzz target with a main that replays its corpus.
$(FUZZ_REPLAYS): build/asan/fuzz/replay_%: build/asan/tests/fuzz/fuzz_%.o build/asan/tests/fuzz/fuzz.o build/asan/tests/fuzz/replay.o build/asan/library.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

# The same with libFuzzer, which needs clang, and with AFL++; the warnings are gcc's business.
CLANG_CFLAGS := $(filter-out $(WARNINGS),$(BASE_CFLAGS)) $(SANITIZE)
build/fuzz/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CLANG $@"
	$(Q)clang $(CLANG_CFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

build/afl/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  AFL $@"
	$(Q)AFL_QUIET=1 afl-clang-fast $(CLANG_CFLAGS) -c -o $@ $<

$(FUZZ_TARGETS:%=build/fuzz/fuzz_%): build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_OBJECTS)
	@echo "  CLANG $@"
	$(Q)clang $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(FUZZ_TARGETS:%=build/afl/fuzz_%): build/afl/fuzz_%: build/afl/tests/fuzz/fuzz_%.o $(AFL_OBJECTS)
	@echo "  AFL $@"
	$(Q)AFL_QUIET=1 afl-clang-fast $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(LIBS)

build/asan/library.a: $(ASAN_OBJECTS)
	@echo "  AR $@"
	$(Q)rm -f $@ && ar rcs $@ $^

# What measures is built as the release is.
build/bench/generate: $(patsubst %,build/release/tests/bench/%.o,generate generate_report rows)
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(HARDENING) $(HARDENING_LD) -o $@ $^ -lz

build/bench/measure: build/release/tests/bench/measure.o
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(HARDENING) $(HARDENING_LD) -o $@ $^

build/bench/decode: build/release/tests/bench/decode.o $(filter-out build/release/etl/main.o,$(RELEASE_OBJECTS))
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(HARDENING) $(HARDENING_LD) -o $@ $^ $(LIBS)

bench-programs: build/bench/generate build/bench/measure build/bench/decode

asan: build/asan/stadslager
tsan: build/tsan/stadslager
test-programs: $(UNIT_TESTS) $(INTEGRATION_PROGRAMS) $(if $(VARIANTS_SOURCES),build/asan/variants/variants) $(FUZZ_REPLAYS) \
	build/faults/inject.so build/faults/durable.so build/faults/stadslager bench-programs

deps:
	@tests/install-packages

demo: deps
	@$(MAKE) --no-print-directory all
	@tests/demo

check: deps
	@$(MAKE) --no-print-directory -j2 all asan test-programs
	@tests/run

# The same with every fault of tests/faults instead of a sample of the long sweeps, and with coverage: hours.
check-long: export STADSLAGER_CHECK_LONG := 1
check-long: check

# What the tests reach of each module, and whether that is enough (tests/coverage): lines 95 %, branches 90 %.
# `tests/coverage/run PART-OF-A-SUITE'S-NAME` adds what one suite reaches, `tests/coverage/gate --files` shows each file.
coverage: deps
	@tests/coverage/run

# A campaign per target; what it finds is kept in build/fuzz/found/.  `make fuzz FUZZ_SECONDS=60 FUZZ_TARGETS=xlsx`
# FUZZ_ENGINE=afl: with AFL++, from the same corpora; what it finds is kept in build/afl/found/.
fuzz:
	@tests/install-packages clang 'libclang-rt-14-dev|libclang-rt-dev' $(if $(filter afl,$(FUZZ_ENGINE)),afl++)
	@$(MAKE) --no-print-directory -j2 fuzz-programs
	@FUZZ_ENGINE=$(FUZZ_ENGINE) tests/fuzz/campaign $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-programs: $(FUZZ_TARGETS:%=build/$(if $(filter afl,$(FUZZ_ENGINE)),afl,fuzz)/fuzz_%)

static:
	@tests/static

# Sizes: tests/bench/README.md.
bench: deps
	@$(MAKE) --no-print-directory -j2 all bench-programs
	@tests/bench/get-duckdb
	@tests/bench/run

# The configuration is copied only where there is none.  The units stand in systemd's own places below PREFIX.
CONFIGURATION := stadslager.yaml stadsdelar.yaml enheter.yaml indikatorer.yaml
UNITS := $(notdir $(wildcard systemd/*.service systemd/*.timer))
BIN := $(DESTDIR)$(PREFIX)/bin
LIB := $(DESTDIR)$(PREFIX)/lib
SHARE := $(DESTDIR)$(PREFIX)/share
ETC := $(DESTDIR)/etc/stadslager

install: all
	install -D -m 0755 build/stadslager $(BIN)/stadslager
	install -D -m 0755 systemd/report-failure $(LIB)/stadslager/report-failure
	sed -i 's|/usr/local|$(PREFIX)|g' $(LIB)/stadslager/report-failure
	install -d $(LIB)/systemd/system
	for unit in $(UNITS); do sed 's|/usr/local|$(PREFIX)|g' "systemd/$$unit" > "$(LIB)/systemd/system/$$unit"; done
	install -D -m 0644 systemd/stadslager.sysusers $(LIB)/sysusers.d/stadslager.conf
	install -D -m 0644 systemd/stadslager.tmpfiles $(LIB)/tmpfiles.d/stadslager.conf
	install -D -m 0644 build/man/stadslager.1 $(SHARE)/man/man1/stadslager.1
	install -D -m 0644 build/man/stadslager.yaml.5 $(SHARE)/man/man5/stadslager.yaml.5
	sed -i 's|/usr/share/stadslager|$(PREFIX)/share/stadslager|g' $(SHARE)/man/man5/stadslager.yaml.5
	install -D -m 0644 build/man/stadslager.bash $(SHARE)/bash-completion/completions/stadslager
	install -D -m 0644 -t $(SHARE)/doc/stadslager README.md CHANGELOG.md LICENSE sql/GUIDE.md
	install -D -m 0644 -t $(SHARE)/stadslager $(CONFIGURATION:%=config/%)
	for folder in $$(cd sql && find . -type d); do \
	    for file in sql/$$folder/*.sql; do \
	        [ ! -e "$$file" ] || install -D -m 0644 -t "$(SHARE)/stadslager/sql/$$folder" "$$file"; \
	    done; \
	done
	for name in $(CONFIGURATION); do \
	    [ -e "$(ETC)/$$name" ] || install -D -m 0644 "config/$$name" "$(ETC)/$$name"; \
	done
	$(if $(DESTDIR),,@echo 'next, as root: systemd-sysusers && systemd-tmpfiles --create; systemctl daemon-reload')

# Leaves /etc/stadslager and the archive.
uninstall:
	rm -f $(BIN)/stadslager $(UNITS:%=$(LIB)/systemd/system/%)
	rm -f $(LIB)/sysusers.d/stadslager.conf $(LIB)/tmpfiles.d/stadslager.conf
	rm -f $(SHARE)/man/man1/stadslager.1 $(SHARE)/man/man5/stadslager.yaml.5 $(SHARE)/bash-completion/completions/stadslager
	rm -rf $(LIB)/stadslager $(SHARE)/doc/stadslager $(SHARE)/stadslager
	@echo "left as they are: $(ETC), $(DESTDIR)/var/lib/stadslager"

# A Debian package, in build/deb/.
deb:
	@systemd/build-deb $(VERSION)

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build

-include $(shell find build -path build/deb -prune -o -name '*.d' -type f -print 2>/dev/null)
