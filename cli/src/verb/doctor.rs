//! `lead doctor`: what is wrong and what mends it; what can be rebuilt is, when that is asked for.

use lead_shared::client::Client;
use lead_shared::config::{self, ConfigFault};
use lead_shared::domain::request::Look;
use lead_shared::domain::text::size;
use lead_shared::domain::view::{Diagnosis, Row};

use super::look::FOUND;
use crate::args::Doctor;
use crate::halt::Halt;
use crate::render::{self, Rows, Shape, What};
use crate::visit::Visit;
use crate::{voice, words};

/// Prints what was found, good and bad; 10 when anything is bad. A policy file that keeps the store from
/// being opened is a finding, as it is where a daemon has the store open.
pub(super) fn doctor(visit: &mut Visit<'_>, line: &Doctor) -> Result<u8, Halt> {
    let policy = config::read(visit.folder());
    match (visit.enter(), policy) {
        (Err(_), Err(fault @ ConfigFault::Invalid { .. })) => {
            let found = Diagnosis {
                place: "lead.toml".to_owned(),
                good: false,
                finding: fault.to_string(),
                mend: Some("lead config path".to_owned()),
            };
            let mut sink = render::stdout();
            let mut rows = Rows::begin(&visit.out, &mut sink, Shape::many(What::Findings));
            rows.row(&Row::Diagnosis(found))?;
            rows.end()?;
            return Ok(FOUND);
        }
        (entered, _) => entered?,
    }
    let mut is_well = true;
    let look =
        Look::Doctor { reindex: line.reindex && !visit.global.dry_run, whole: line.reindex || line.compact };
    visit.print_some(&look, Shape::many(What::Findings), &mut |row| {
        is_well &= !matches!(row, Row::Diagnosis(found) if !found.good);
        true
    })?;
    if line.compact {
        compact(visit)?;
    }
    Ok(if is_well { 0 } else { FOUND })
}

/// Writes the database anew; whoever may not look at it as the doctor was refused before.
fn compact(visit: &mut Visit<'_>) -> Result<(), Halt> {
    if visit.is_served() {
        let told = "`leadd` has the store open; its database is written anew while nobody has";
        let mut busy = words::busy(told);
        busy.hints = vec!["stop `leadd`, then `lead doctor --compact`".to_owned()];
        return Err(busy.into());
    }
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: would write the database anew");
        return Ok(());
    }
    visit.leave();
    let (was, is) = Client::compact(visit.folder())?;
    voice::say(&visit.out, &format!("the database had {} and has {}", size(was), size(is)));
    voice::hint(&visit.out, "the old one stays in the store's folder until the next daily backup");
    Ok(())
}
