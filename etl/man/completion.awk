# Help texts -> the tables of the bash completion.  Files: the general help as -, then each command's, named by the command.
# Choices are taken from the usage lines: `--table a|b|c`, or `COMMAND list|replay`.

function add(table, key, what) {
    if (index(" " table[key] " ", " " what " ") == 0) table[key] = table[key] (table[key] == "" ? "" : " ") what
}

FNR == 1 {
    command = FILENAME
    sub(/.*\//, "", command)
    sub(/\.help$/, "", command)
    in_usage = in_commands = 0
    if (command != "stadslager") order[++count] = command
}

/^usage: / { in_usage = 1 }
/^$/ { in_usage = 0 }

in_usage {
    gsub(/[][()]|\.\.\./, " ")
    n = split($0, words, / +/)
    for (i = 1; i < n; i++) {
        if (words[i] ~ /^--/ && words[i + 1] ~ /^[a-z][a-z0-9_.-]*(\|[a-z0-9_.-]+)+$/) {
            gsub(/\|/, " ", words[i + 1])
            values[command " " words[i]] = words[i + 1]
        } else if (words[i] == command && words[i + 1] ~ /^[a-z][a-z-]*(\|[a-z-]+)*$/) {
            m = split(words[i + 1], verbs, "|")
            for (j = 1; j <= m; j++) add(verb, command, verbs[j])
        }
    }
}

{
    line = $0
    while (match(line, /--[a-z][a-z-]*/)) {
        option = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        # Only where the text lists it: in the usage, or at the beginning of its own line.
        if (in_usage || $0 ~ "^  +" option "( |$)") {
            # The general ones come first, and are not a command's own.
            if (command == "stadslager" || index(" " options["stadslager"] " ", " " option " ") == 0) add(options, command, option)
            if (line ~ /^ [A-Z]+/) value[command " " option] = substr(line, 2, match(substr(line, 2) " ", /[^A-Z]/) - 1)
            else if (line ~ /^ +[a-z]+\|/ && !((command " " option) in value)) value[command " " option] = "WORD"
        }
    }
}

# The cases of a command's options that take something; BEFORE is how their patterns begin.
function put_takes(command, before,    n, i, words, key) {
    n = split(options[command], words, " ")
    for (i = 1; i <= n; i++) {
        key = command " " words[i]
        if (key in values) printf "    %s%s') echo '%s' ;;\n", before, words[i], values[key]
        else if (key in value) printf "    %s%s') echo %s ;;\n", before, words[i], (value[key] ~ /^(FILE|FOLDER|DIR|PATH)$/ ? "FILE" : "VALUE")
    }
}

END {
    all = ""
    for (i = 1; i <= count; i++) all = all (i > 1 ? " " : "") order[i]
    printf "_stadslager_commands='%s'\n", all
    printf "_stadslager_options() {\n    case $1 in\n    '') echo '%s' ;;\n", options["stadslager"]
    for (i = 1; i <= count; i++) {
        add(options, order[i], "--help")
        printf "    %s) echo '%s' ;;\n", order[i], options[order[i]]
    }
    print "    esac\n}"
    print "_stadslager_verbs() {\n    case $1 in"
    for (i = 1; i <= count; i++) if (order[i] in verb) printf "    %s) echo '%s' ;;\n", order[i], verb[order[i]]
    print "    *) ;;\n    esac\n}"
    print "# What an option takes: words to choose from, FILE, or something that cannot be completed."
    print "_stadslager_takes() {\n    case \"$1 $2\" in"
    for (i = 1; i <= count; i++) put_takes(order[i], "'" order[i] " ")
    put_takes("stadslager", "*' ") # the general ones, also behind a command
    print "    *) ;;\n    esac\n}"
}
