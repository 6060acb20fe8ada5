#compdef lead
# Completion of lead(1) for zsh; made by `lead completions zsh`.
_lead() {
    local line
    local -a values shown end
    for line in "${(@f)$("${words[1]}" __complete zsh "${(j: :)words[1,CURRENT-1]} ${PREFIX}" "${PREFIX}" 2>/dev/null)}"; do
        case $line in
            '') ;;
            :files) _files ;;
            *) values+=("${line%%$'\t'*}"); shown+=("${line/$'\t'/  }") ;;
        esac
    done
    (( $#values )) || return
    # Numbers found by a name do not begin with it: one chooses, and none is put in by halves.
    [[ $values[1] == "$PREFIX"* ]] || compstate[insert]=menu
    # What a colon ends goes on behind it.
    [[ $values[1] == *: ]] && end=(-S '')
    compadd -U -l -d shown "${end[@]}" -a values
}
if [[ $funcstack[1] == _lead ]]; then
    _lead "$@"
else
    compdef _lead lead
fi
