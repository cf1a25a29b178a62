# The table of keys, as `stadslager check-config --help` prints it -> lists for stadslager.yaml(5).
# Variable: part, "configuration", "registries" or "rules".

function end_list() {
    if (list) print ".El"
    list = 0
}

function begin_list() {
    if (!list) print ".Bl -tag -width Ds"
    list = 1
}

/^Keys of the configuration/ { here = part == "configuration"; next }
/^Keys of the registries/ { here = part == "registries"; next }
/^Rules whose severity/ { here = part == "rules"; next }
!here || /^$/ { next }

part == "rules" { # id, severity, "indicator" or blanks, what it says
    begin_list()
    print ".It Ic " plain_word($1)
    indicator = $3 == "indicator"
    what = $0
    sub(/^ +[A-Z-]+ +(reject|warn|note) +(indicator )?/, "", what)
    sentences(toupper(substr(what, 1, 1)) substr(what, 2) " (" $2 (indicator ? "; also for one indicator)." : ")."))
    next
}

/^[a-z_]+: / { # a section
    end_list()
    at = index($0, ":")
    print ".Ss " substr($0, 1, at - 1)
    sentences(toupper(substr($0, at + 2, 1)) substr($0, at + 3) ".")
    next
}

/^  [^ ]/ {
    sub(/^ +/, "")
    at = match($0, / +/)
    name = substr($0, 1, at - 1)
    if (name ~ /[.]/) {
        begin_list()
        print ".It Ic " plain_word(name)
    } else { # a list or map at the top: its elements follow
        end_list()
        print ".Ss " name
    }
    traits = substr($0, at + RLENGTH)
    next
}

{ # what it means
    sub(/^ +/, "")
    sentences($0 " (" traits ")")
}

END { end_list() }
