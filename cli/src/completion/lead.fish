# Completion of lead(1) for fish; made by `lead completions fish`.
function __lead_complete
    set -l current (commandline -ct)
    for line in (lead __complete fish (commandline -cp | string collect) "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            printf '%s\n' $line
        end
    end
end
complete -c lead -f -a '(__lead_complete)'
