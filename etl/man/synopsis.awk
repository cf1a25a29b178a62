# What stands behind the name in a usage line -> the SYNOPSIS; each bracket begins a line.
{
    gsub(/ \[/, "\n[")
    n = split($0, part, "\n")
    for (i = 1; i <= n; i++) print synopsis(part[i])
}
