//! The steps of the tour, read from a script.
//!
//! A line of it begins with what it is: `#` says something, `@` moves the clock and says so, a
//! number is the exit code that the line of `lead` behind it ends with, `leads` adds the bundled
//! leads, and `mail` sweeps once and shows the mail that went out.

use std::collections::BTreeSet;

use lead_shared::domain::filter::split;

use super::Stage;
use crate::halt::{Halt, failed};

/// The script.
const SCRIPT: &str = include_str!("tour.txt");

/// The bundled leads: name, company, e-mail, phone, source, value, a line each.
const LEADS: &str = include_str!("leads.csv");

/// What to type next.
const NEXT: &str = "
    lead add \"Kim Lee\" --email kim@acme.example --follow-up tomorrow
    lead list
    leadd                    # keep it running: reminders at 8, claims that end
    lead --help";

/// Gives the whole tour.
pub(super) fn give(stage: &Stage) -> Result<(), Halt> {
    for line in SCRIPT.lines() {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        match what {
            "#" => stage.say(&format!("\n{rest}"))?,
            "@" => {
                let (instant, words) = rest.split_once(' ').unwrap_or((rest, ""));
                stage.at(instant, words)?;
            }
            "leads" => leads(stage)?,
            "mail" => mail(stage)?,
            code => {
                let wrong = || failed(format!("the tour's script has a line that cannot be read: `{line}`"));
                let code = code.parse().map_err(|_| wrong())?;
                let words = split(rest).map_err(|_| wrong())?;
                stage.lead(&words.iter().map(String::as_str).collect::<Vec<_>>(), code)?;
            }
        }
    }
    stage.say(NEXT)
}

fn leads(stage: &Stage) -> Result<(), Halt> {
    for line in LEADS.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let [name, fields @ ..] = fields.as_slice() else { continue };
        let mut words = vec!["add", name];
        let options = ["--company", "--email", "--phone", "--source", "--value"];
        for (option, text) in options.into_iter().zip(fields).filter(|(_, text)| !text.is_empty()) {
            words.extend([option, text]);
        }
        stage.lead(&words, 0)?;
    }
    Ok(())
}

/// One sweep, and the mails it sent, to read.
fn mail(stage: &Stage) -> Result<(), Halt> {
    let before = ids(stage)?;
    stage.leadd(&["--once"])?;
    for id in ids(stage)?.difference(&before) {
        stage.lead(&["outbox", "show", &id.to_string()], 0)?;
    }
    Ok(())
}

fn ids(stage: &Stage) -> Result<BTreeSet<u64>, Halt> {
    let printed = stage.quietly(&["outbox", "list", "-F", "ids"])?;
    Ok(printed.lines().filter_map(|line| line.parse().ok()).collect())
}
