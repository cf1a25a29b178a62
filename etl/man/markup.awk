# What the generators of the manual pages share: plain text -> mdoc.  LC_ALL=C; UTF-8 passes through.

# TEXT inside a line, as roff sees it: no escapes, hyphens of options as the reader must type them.
function plain_inner(text) {
    gsub(/\\/, "\\e", text)
    gsub(/--/, "\\-\\-", text)
    return text
}

# The same at the beginning of a line, where a dot or an apostrophe would be a request.
function plain(text) {
    text = plain_inner(text)
    sub(/^[.']/, "\\\\\\&&", text)
    return text
}

# Bytes of TEXT as mandoc counts them: characters beyond ASCII take the room of their escape.
function width(text,    beyond) {
    beyond = gsub(/[\200-\377]/, "&", text)
    return length(text) + 3 * beyond
}

# Prints TEXT, each sentence on lines of its own and none longer than 78 bytes, as mdoc wants it.
function sentences(text,    n, i, words, line) {
    n = split(text, words, /[ \t]+/)
    for (i = 1; i <= n; i++) {
        if (words[i] == "") continue
        if (line != "" && width(line) + width(words[i]) >= 78) {
            print line
            line = ""
        }
        line = line == "" ? plain(words[i]) : line " " plain_inner(words[i])
        if (words[i] ~ /[^.][.]$/ && words[i + 1] ~ /^[A-Z"]/) {
            print line
            line = ""
        }
    }
    if (line != "") print line
}

# A word of a synopsis: options bold, what stands for a value in italics.
function word(text) {
    if (text ~ /^[\[(]?--?[a-z]/) {
        match(text, /--?[a-z][a-z-]*/)
        return plain_word(substr(text, 1, RSTART - 1)) "\\fB" plain_word(substr(text, RSTART, RLENGTH)) "\\fR" word(substr(text, RSTART + RLENGTH))
    }
    if (match(text, /[A-Z][A-Z0-9_]*/))
        return plain_word(substr(text, 1, RSTART - 1)) "\\fI" substr(text, RSTART, RLENGTH) "\\fR" plain_word(substr(text, RSTART + RLENGTH))
    return plain_word(text)
}

function plain_word(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    return text
}

# TEXT of a synopsis on one line.
function synopsis(text,    n, i, words, out) {
    n = split(text, words, / +/)
    for (i = 1; i <= n; i++)
        if (words[i] != "") out = out (out == "" ? "" : " ") word(words[i])
    return out
}
