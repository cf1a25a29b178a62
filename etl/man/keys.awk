# The table of keys, as `stadslager check-config --help` prints it -> lists for stadslager.yaml(5).
# Variable: part, "configuration" or "registries".

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
!here || /^$/ { next }

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
