//! Questions to whoever sits at the terminal.
//!
//! Asked on standard error, answered on standard input, a line each. Whether one may ask is
//! `Visit::can_prompt`'s to say. No answer, and the end of input, count as no.

use std::io::{self, BufRead as _, Read as _, Write as _};

use lead_shared::domain::refusal::{Candidate, Thing};
use lead_shared::domain::request::OnDuplicate;
use lead_shared::domain::text::escape;
use lead_shared::dump;
use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};

use crate::signals;

/// No answer is longer; bytes.
const LONGEST: u64 = 1024;

/// A question with a yes and a no.
pub fn confirm(question: &str) -> bool {
    matches!(answer(&format!("{question} [y/N] ")).as_str(), "y" | "yes")
}

/// A question that is answered with yes unless no is said; no answer at the end of input is a no.
pub fn agree(question: &str) -> bool {
    line(&format!("{question} [Y/n]"))
        .is_some_and(|said| matches!(said.to_lowercase().as_str(), "" | "y" | "yes"))
}

/// A question that is answered with a line of text, its ends trimmed; none at the end of input.
pub fn line(question: &str) -> Option<String> {
    read(&format!("{question}: "))
}

/// A question whose answer is not shown and in no core dump; none at the end of input.
pub fn secret(question: &str) -> Option<String> {
    dump::refuse();
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{question}: ").and_then(|()| stderr.flush());
    // A signal that ended the program at once would leave a terminal that shows nothing any more.
    let before = tcgetattr(io::stdin());
    let mend = move || {
        if let Ok(before) = before {
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
        }
    };
    signals::mended(mend, || rpassword::read_password().ok())
}

/// Merge into what exists, keep both, or neither (A5).
pub fn duplicate(candidates: &[Candidate]) -> Option<OnDuplicate> {
    tell("exists already:", candidates);
    match answer("merge, keep both or abort? [m/k/A] ").as_str() {
        "m" | "merge" => Some(OnDuplicate::Merge),
        "k" | "keep" => Some(OnDuplicate::Keep),
        _ => None,
    }
}

/// Into which customer: one that exists, or a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// This one.
    Existing(u64),
    /// A new one.
    New,
}

/// Into an existing customer, a new one, or neither (A11).
pub fn customer(lead: u64, candidates: &[Candidate]) -> Option<Into> {
    tell(&format!("lead {lead} may be one of:"), candidates);
    let numbers: Vec<String> = candidates.iter().map(|one| one.id.to_string()).collect();
    let said = answer(&format!(
        "convert into {}, a new one, or abort? [{}/n/A] ",
        numbers.join(" or "),
        numbers.join("/")
    ));
    chosen(&said, candidates)
}

fn chosen(said: &str, candidates: &[Candidate]) -> Option<Into> {
    if matches!(said, "n" | "new") {
        return Some(Into::New);
    }
    let number = said.parse::<u64>().ok()?;
    candidates.iter().any(|one| one.id == number).then_some(Into::Existing(number))
}

fn tell(opening: &str, candidates: &[Candidate]) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{opening}");
    for one in candidates {
        let what = if one.thing == Thing::Lead { "lead" } else { "customer" };
        let firm = one.company.as_deref().map(|firm| format!(", {}", escape(firm))).unwrap_or_default();
        let _ = writeln!(stderr, "  {what} {}: {}{firm}", one.id, escape(&one.name));
    }
}

fn answer(question: &str) -> String {
    read(question).unwrap_or_default().to_lowercase()
}

fn read(question: &str) -> Option<String> {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let mut line = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_until(b'\n', &mut line).unwrap_or(0);
    if read == 0 {
        let _ = writeln!(stderr);
    }
    (read > 0).then(|| String::from_utf8_lossy(&line).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_customer_that_was_offered_can_be_chosen() {
        let offered = |id| Candidate { thing: Thing::Customer, id, name: "Kim".to_owned(), company: None };
        let candidates = [offered(3), offered(7)];
        for (said, into) in [
            ("3", Some(Into::Existing(3))),
            ("7", Some(Into::Existing(7))),
            ("4", None),
            ("n", Some(Into::New)),
            ("new", Some(Into::New)),
            ("", None),
            ("a", None),
            ("-3", None),
        ] {
            assert_eq!(chosen(said, &candidates), into, "{said}");
        }
    }
}
