#!/bin/bash
# Replays each fuzz target's corpus, with what campaigns found before, under the sanitizers: a test per file.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

passed=0 failed=0
for source in tests/fuzz/fuzz_*.c; do
  target=$(basename "$source" .c)
  target=${target#fuzz_}
  files=(tests/fuzz/corpus/"$target"/*)
  program=build/asan/fuzz/replay_$target
  if [ ! -x "$program" ] || [ ! -e "${files[0]}" ]; then
    echo "FAIL: $target: its program was not built, or it has no corpus"
    failed=$((failed + 1))
    continue
  fi
  echo "$target"
  out=$("$program" "${files[@]}" 2>&1)
  last=${out##*$'\n'}
  printf '%s\n' "$out" | sed '$d'
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    echo "FAIL: $target: ended with \"$last\""
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
