//! `lead add`: a new lead, the store with it when there is none, and what to do when it exists (A5).

use lead_shared::client::ClientFault;
use lead_shared::domain::pipeline::default_preset;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{LeadResult, Reply, Settled};
use lead_shared::domain::request::{NewLead, Request};

use super::{init, print_line, results};
use crate::args::Add;
use crate::halt::{Halt, declined};
use crate::prompt;
use crate::text;
use crate::visit::Visit;
use crate::voice;

/// Adds a lead; prints its number alone on a pipe, a sentence on a terminal (cli.md §4).
pub(super) fn add(visit: &mut Visit<'_>, add: &Add) -> Result<u8, Halt> {
    let mut lead = new_lead(add)?;
    if !visit.find()? {
        if visit.global.dry_run {
            return Err(ClientFault::NoStore(visit.folder().to_owned()).into());
        }
        if visit.enter_or_create(&init::founder())? {
            let title = &default_preset().title;
            voice::say(
                &visit.out,
                &format!("made a store in {} with the pipeline {title}", visit.folder().display()),
            );
        }
    }
    let mut answer = put(visit, &lead)?;
    if lead.on_duplicate.is_none()
        && visit.can_prompt()
        && let Err(Refusal::Duplicate { candidates, fail: false }) = &answer
    {
        lead.on_duplicate = Some(prompt::duplicate(candidates).ok_or_else(declined)?);
        answer = put(visit, &lead)?;
    }
    let added = answer?;
    let number = added.first().map(|result| result.lead);
    if visit.wants_rows() || visit.out.terminal || visit.global.dry_run {
        return results::end(visit, &added, None, true);
    }
    if let Some(number) = number {
        print_line(&number.to_string()).map_err(|halt| halt.after(&results::deeds(&added), "its number"))?;
    }
    voice::hints(&visit.out, &added);
    Ok(0)
}

/// The answer to one try; a refusal is the same whether it is of the request or of its lead.
fn put(visit: &mut Visit<'_>, lead: &NewLead) -> Result<Result<Vec<LeadResult>, Refusal>, Halt> {
    Ok(match visit.put(Request::Add(Box::new(lead.clone())))? {
        Ok(Reply::Leads(results)) => match results.first().map(|result| &result.settled) {
            Some(Settled::Refused(refusal)) => Err(refusal.clone()),
            _ => Ok(results),
        },
        Ok(_) => Ok(Vec::new()),
        Err(refusal) => Err(refusal),
    })
}

fn new_lead(add: &Add) -> Result<NewLead, Halt> {
    let add = add.clone();
    Ok(NewLead {
        name: text::name(&add.name)?,
        email: add.email,
        phone: add.phone,
        company: add.company,
        address: add.address,
        source: add.source,
        value: add.value,
        note: add.note,
        sets: add.sets,
        tags: add.tags,
        stage: add.stage,
        channel: add.via,
        owner: add.owner,
        customer: add.customer,
        follow_up: add.follow_up,
        on_duplicate: add.on_duplicate.map(Into::into),
        pipeline: add.pipeline,
        past: None,
        otherwise: Default::default(),
    })
}
