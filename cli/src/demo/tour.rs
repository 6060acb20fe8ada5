//! The steps of the tour, in order.

use std::collections::BTreeSet;

use super::Stage;
use crate::halt::Halt;

/// The bundled leads: name, company, e-mail, phone, source, value, a line each.
const LEADS: &str = include_str!("leads.csv");

/// Gives the whole tour.
pub(super) fn give(stage: &Stage) -> Result<(), Halt> {
    stage.say("A day and a half in a small office, in a store of its own that is gone afterwards.")?;
    the_team(stage)?;
    the_leads(stage)?;
    the_work(stage)?;
    the_mail(stage)?;
    stage.lead(&["history", "3", "-F", "table"], 0)?;
    stage.lead(&["doctor", "-F", "table"], 0)?;
    stage.say(
        "\nThat was all of it; the store of the tour is gone. To begin your own:\n\
         \n    lead add \"Kim Lee\" --email kim@acme.example --follow-up tomorrow\
         \n    lead list\
         \n    leadd                    # keep it running: reminders at 8, claims that end\
         \n    lead --help",
    )
}

fn the_team(stage: &Stage) -> Result<(), Halt> {
    stage.at("2026-11-23T09:00:00+01:00", "Monday, 09:00: a store, and two colleagues")?;
    stage
        .lead(&["init", "--zone", "Europe/Berlin", "--country", "DE", "--email", "you@office.example"], 0)?;
    stage.lead(&["user", "add", "sam", "--role", "sales", "--email", "sam@office.example"], 0)?;
    stage.lead(&["user", "add", "kim", "--role", "sales", "--email", "kim@office.example"], 0)
}

fn the_leads(stage: &Stage) -> Result<(), Halt> {
    stage.say("\n--- Leads come in")?;
    for line in LEADS.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let [name, company, email, phone, source, value] = fields.as_slice() else { continue };
        let mut words = vec!["add", name];
        let options = [
            ("--company", company),
            ("--email", email),
            ("--phone", phone),
            ("--source", source),
            ("--value", value),
        ];
        for (option, text) in options.into_iter().filter(|(_, text)| !text.is_empty()) {
            words.extend([option, text]);
        }
        stage.lead(&words, 0)?;
    }
    Ok(())
}

fn the_work(stage: &Stage) -> Result<(), Halt> {
    stage.say("\n--- Sam takes the first one for good and promises a call")?;
    stage.lead(&["claim", "1", "--as", "sam"], 0)?;
    stage.lead(&["own", "1", "--as", "sam"], 0)?;
    stage
        .lead(&["schedule", "1", "tomorrow", "--note", "wants a quote for two boilers", "--as", "sam"], 0)?;

    stage.say("\n--- The rules hold: a move that is not open is refused, and the way is shown")?;
    stage.lead(&["move", "2", "quoted"], 0)?;
    stage.lead(&["move", "2", "prospect"], 4)?;

    stage.say("\n--- A claim holds for 24 hours, and only for one")?;
    stage.lead(&["claim", "3", "--as", "kim"], 0)?;
    stage.lead(&["claim", "3", "--as", "sam"], 4)?;

    stage.say("\n--- A lead is won")?;
    stage.lead(&["log", "4", "estimate", "sent the offer, they took it at once"], 0)?;
    stage.lead(&["convert", "4"], 0)?;
    stage.lead(&["list", "-F", "table"], 0)
}

fn the_mail(stage: &Stage) -> Result<(), Halt> {
    stage.at("2026-11-24T08:00:00+01:00", "Tuesday, 08:00: the reminder of the promised call")?;
    mail(stage)?;
    stage.at(
        "2026-11-24T09:00:00+01:00",
        "Tuesday, 09:00: Kim's 24 hours are over, the lead is in the pool again",
    )?;
    mail(stage)?;
    stage.lead(&["list", "pool:yes", "-F", "table"], 0)?;
    stage.at("2026-11-25T08:00:00+01:00", "Wednesday, 08:00: nobody called, so Sam is told again")?;
    mail(stage)
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
