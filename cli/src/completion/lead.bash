# Completion of lead(1) for bash; made by `lead completions bash`.
_lead() {
    local line current=${COMP_WORDS[COMP_CWORD]}
    # Of a word that breaks at `=` or `:` bash has the sign alone before anything follows it.
    case $current in = | :) current= ;; esac
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            compopt -o default 2>/dev/null
            # Files beside words, which bash would offer in their stead alone.
            ((${#COMPREPLY[@]})) && while IFS= read -r line; do
                COMPREPLY+=("$(printf %q "$line")")
            done < <(compgen -f -- "$current")
        else
            COMPREPLY+=("$line")
        fi
    done < <("$1" __complete bash "${COMP_LINE:0:COMP_POINT}" "$current" 2>/dev/null)
    # What a colon ends goes on behind it.
    [[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
    # Numbers found by a name do not begin with it: it stays as it is until one is left.
    if ((${#COMPREPLY[@]} > 1)) && [[ -n $current && ${COMPREPLY[0]} == [0-9]* && ${COMPREPLY[0]} != "$current"* ]]; then
        COMPREPLY+=("$current")
    fi
}
complete -o nosort -F _lead lead 2>/dev/null || complete -F _lead lead
