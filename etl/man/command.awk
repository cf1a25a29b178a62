# `stadslager COMMAND --help` -> the command's part of stadslager(1).  Variable: command; of the general help, where it is
# empty, only the options.
# The text is usage lines, paragraphs, and lists whose lines begin with two spaces; a list inside an item stands deeper.

function end_paragraph() {
    if (paragraph != "") {
        print ".Pp"
        sentences(paragraph)
    }
    paragraph = ""
}

function end_usage() {
    if (usage != "") {
        print ".D1 " synopsis(usage)
    }
    usage = ""
}

function end_inner() {
    if (inner) print ".El"
    inner = 0
}

function end_list() {
    end_inner()
    if (list) print ".El"
    list = 0
}

function item(term) {
    if (term ~ /^--[a-z]/) {
        sub(/^--/, "", term)
        if (match(term, / /))
            return ".It Fl \\-" plain_word(substr(term, 1, RSTART - 1)) " " "Ar " substr(term, RSTART + 1)
        return ".It Fl \\-" plain_word(term)
    }
    return ".It Cm " plain_word(term)
}

# An item's line, without its indent: the term, two spaces or more, the text; one space behind the longest of the options.
function put_item(line,    at) {
    at = match(line, /  +/)
    if (!at && match(line, /^--[a-z-]+ [A-Z]+ /)) at = RLENGTH
    print item(at ? substr(line, 1, at - 1) : line)
    if (at) sentences(substr(line, at))
}

BEGIN { if (command != "") print ".Ss " command }

command == "" && !/^  --/ && !(list && /^   /) { next }

/^Keys of the configuration/ { # check-config: the other manual page has them
    end_list()
    end_paragraph()
    print ".Pp"
    print "The keys are those of"
    print ".Xr stadslager.yaml 5 ."
    exit
}

/^usage: / {
    end_usage()
    sub(/^usage: /, "")
    usage = $0
    in_usage = 1
    next
}

/^[ \t]*$/ {
    end_usage()
    end_paragraph()
    in_usage = 0
    next
}

in_usage && /^ +stadslager / {
    end_usage()
    usage = $0
    next
}

in_usage {
    usage = usage " " $0
    next
}

/^  ?[^ ]/ && /^ / { # an item
    end_paragraph()
    end_inner()
    if (!list) print ".Pp\n.Bl -tag -width Ds -compact"
    list = 1
    sub(/^ +/, "")
    put_item($0)
    next
}

/^ / && list { # an item's further lines, or a list inside it
    sub(/^ +/, "")
    if ($0 ~ /^[a-z][a-z0-9_|-]*  +[^ ]/) {
        if (!inner) print ".Bl -tag -width Ds -compact"
        inner = 1
        put_item($0)
    } else {
        sentences($0)
    }
    next
}

{
    end_list()
    paragraph = paragraph " " $0
}

END {
    end_usage()
    end_list()
    end_paragraph()
}
