//! A program and its arguments, as one line of a file says them.

/// Why a command line cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommand {
    /// There is no program in it.
    #[error("there is no program in it")]
    Empty,
    /// A quotation mark is not closed.
    #[error("it has an open quotation mark")]
    OpenQuote,
    /// NUL cannot stand in an argument.
    #[error("it has a NUL character")]
    Nul,
}

/// Splits a command at blanks; `'…'` and `"…"` keep blanks, `\` keeps the next character (not in
/// `'…'`). No shell: nothing is expanded.
///
/// # Errors
/// [`BadCommand`].
pub fn split(line: &str) -> Result<Vec<String>, BadCommand> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\0') => return Err(BadCommand::Nul),
            (Some(q), c) if c == q => quote = None,
            (None | Some('"'), '\\') => {
                word.get_or_insert_default().push(chars.next().ok_or(BadCommand::OpenQuote)?);
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(BadCommand::OpenQuote);
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) { Err(BadCommand::Empty) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_without_a_shell() {
        assert_eq!(split("/usr/sbin/sendmail -t").unwrap(), ["/usr/sbin/sendmail", "-t"]);
        assert_eq!(split("a 'b c' \"d \\\" e\" f\\ g ''").unwrap(), ["a", "b c", "d \" e", "f g", ""]);
        assert_eq!(split("a $HOME;rm *").unwrap(), ["a", "$HOME;rm", "*"]);
        assert_eq!(split("  "), Err(BadCommand::Empty));
        assert_eq!(split("'' a"), Err(BadCommand::Empty));
        assert_eq!(split("a 'b"), Err(BadCommand::OpenQuote));
        assert_eq!(split("a \\"), Err(BadCommand::OpenQuote));
        assert_eq!(split("a \0"), Err(BadCommand::Nul));
    }
}
