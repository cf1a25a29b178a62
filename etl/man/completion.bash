# shellcheck shell=bash
# The rest of the bash completion; the tables above it are made by completion.awk.
_stadslager() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i takes words
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -*) [[ -z $(_stadslager_takes '' "${COMP_WORDS[i]}") ]] || i=$((i + 1)) ;;
        *)
            command=${COMP_WORDS[i]}
            break
            ;;
        esac
    done
    COMPREPLY=()
    takes=$(_stadslager_takes "$command" "$previous")
    case $takes in
    FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
    VALUE) return ;;
    '') ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$takes" -- "$word") && return ;;
    esac
    if [[ -z $command ]]; then
        # shellcheck disable=SC2154  # one of the tables
        words="$_stadslager_commands $(_stadslager_options '')"
        [[ $word == -* ]] && words=$(_stadslager_options '')
    elif [[ $word == -* ]]; then
        words=$(_stadslager_options "$command")
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == "$command" && -n $(_stadslager_verbs "$command") ]]; then
        words=$(_stadslager_verbs "$command")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _stadslager stadslager
