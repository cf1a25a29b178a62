# Turns .sql files into C: for each file one `const struct sql_file` with its name and text, in the order given.
function flush_file() { if (name != "") print ";\n" }
BEGIN { print "#include \"etl/sql.h\"\n"; n = 0 }
FNR == 1 {
    flush_file()
    name = FILENAME; sub(/^sql\//, "", name); sub(/\.sql$/, "", name)
    names[n++] = name
    printf "static const char text_%d[] =\n", n - 1
}
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\?\?/, "?\\?"); printf "    \"%s\\n\"\n", $0 }
END {
    flush_file()
    print "const struct sql_file sql_files[] = {"
    for (i = 0; i < n; i++) printf "    {\"%s\", text_%d},\n", names[i], i
    print "    {0, 0},\n};"
}
