//! `lead outbox …` and `lead plan`: the mail that was, is and will be.

use lead_shared::domain::record::{MailDeed, RecordDeed};
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, Request};

use super::which;
use crate::args::{OutboxVerb, Plan};
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::selection::Selection;
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn outbox(visit: &mut Visit<'_>, verb: &OutboxVerb) -> Result<u8, Halt> {
    match verb {
        OutboxVerb::List => visit.print(&Look::Outbox, Shape::many(What::Mails))?,
        OutboxVerb::Show(mail) => visit.print(&Look::Mail(mail.number), Shape::one(What::Mail))?,
        OutboxVerb::Retry(mail) => return work(visit, mail.number, MailDeed::Retry, "is tried again"),
        OutboxVerb::Drop(mail) => return work(visit, mail.number, MailDeed::Drop, "will not be sent"),
        OutboxVerb::Why(line) => {
            let lead = which::one(&Selection::all(&line.words)?, "outbox why")?;
            visit.print(&Look::Why(lead), Shape::many(What::Reasons))?;
        }
    }
    Ok(0)
}

fn work(visit: &mut Visit<'_>, id: u64, deed: MailDeed, done: &str) -> Result<u8, Halt> {
    let Reply::Filed(filed) = visit.ask(Request::Record(RecordDeed::Mail { id, deed }))? else {
        return Ok(0);
    };
    let said = words::filed(&filed, done);
    if visit.wants_rows() && !visit.global.dry_run {
        visit.print(&Look::Mail(id), Shape::one(What::Mails)).map_err(|halt| halt.after(&said, "it"))?;
    }
    voice::say(&visit.out, &said);
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
    }
    Ok(0)
}

/// `lead plan`.
pub(super) fn plan(visit: &mut Visit<'_>, line: &Plan) -> Result<u8, Halt> {
    let lead = match &line.lead {
        Some(word) => Some(which::one(&Selection::all(std::slice::from_ref(word))?, "plan --lead")?),
        None => None,
    };
    visit.print(&Look::Plan { until: line.until.clone(), lead }, Shape::many(What::Plan))?;
    Ok(0)
}
