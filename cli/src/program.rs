//! Programs of the user's own choice, as they name them: an editor, a pager.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use crate::visit::Visit;

/// The command a user named: by the variable that is `lead`'s own, in their own file, or by the variables
/// that many programs look at, in this order.
pub(crate) fn named(
    visit: &Visit<'_>,
    ours: &str,
    own: Option<&String>,
    shared: &[&str],
) -> Option<OsString> {
    let var = |name: &str| visit.env.var(name).map(OsStr::to_owned);
    var(ours).or_else(|| own.map(OsString::from)).or_else(|| shared.iter().find_map(|name| var(name)))
}

/// What starts it: words as they stand, or a line of shell where it needs one, which hands its arguments
/// on. The shell is not asked for a plain program, since it would complain in its own words of one that is
/// not there.
pub(crate) fn command(named: &OsStr) -> Command {
    let plain =
        named.to_str().filter(|line| !line.contains(|c: char| "|&;<>()$`\\\"'*?[]#~=%{}!".contains(c)));
    let mut words = plain.unwrap_or_default().split_whitespace();
    match words.next() {
        Some(program) => {
            let mut command = Command::new(program);
            command.args(words);
            command
        }
        None => {
            let mut line = named.to_owned();
            line.push(" \"$@\"");
            let mut command = Command::new("sh");
            command.arg("-c").arg(line).arg("lead");
            command
        }
    }
}
