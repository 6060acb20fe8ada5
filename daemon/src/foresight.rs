//! `leadd --dry-run`: what a sweep would do now, by the code that would do it (S5).

use std::process::ExitCode;

use jiff::tz::TimeZone;
use lead_shared::domain::reply::Decided;
use lead_shared::domain::text::escape;

use crate::boot::{self, Place};
use crate::fault::Fault;
use crate::tell;

/// Prints one line for each thing a sweep would decide and each mail that waits and would be tried;
/// nothing, if there is nothing.
pub(crate) fn print(place: &Place) -> Result<ExitCode, Fault> {
    let (_lock, engine) = boot::open(place)?;
    let zone = engine.policy().team.zone.clone();
    for decided in engine.rehearse(place.clock.now())? {
        tell(&line(&decided, &zone));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(decided: &Decided, zone: &TimeZone) -> String {
    match decided {
        Decided::Lapse { lead, at } => {
            format!(
                "{}\tlapse\t{lead}\tthe claim on {lead} ended",
                at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M%:z")
            )
        }
        Decided::Mail { kind, to, leads, subject, due_at, .. } => {
            let leads: Vec<String> = leads.iter().map(ToString::to_string).collect();
            let due = due_at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M%:z").to_string();
            format!("{due}\t{}\t{}\tto {to}: {}", kind.name(), leads.join(","), escape(subject))
        }
    }
}
