//! `lead customer …` and `lead deal …`.

use lead_shared::domain::record::DealDeed;
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, NewCustomer, Request};
use lead_shared::domain::view::Row;

use super::{print_line, records, which};
use crate::args::{CustomerAdd, CustomerVerb, DealStart, DealVerb};
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::selection::Selection;
use crate::text;
use crate::visit::Visit;
use crate::voice;

pub(super) fn customer(visit: &mut Visit<'_>, verb: &CustomerVerb) -> Result<u8, Halt> {
    match verb {
        CustomerVerb::Add(line) => return add(visit, line),
        CustomerVerb::List => visit.print(&Look::Customers, Shape::many(What::Customers))?,
        CustomerVerb::Show(line) => show(visit, line.number)?,
        CustomerVerb::Leads(line) => {
            visit.print(&Look::CustomerLeads(line.number), Shape::many(What::Leads))?;
        }
        CustomerVerb::Edit(line) => return records::edit_customer(visit, line),
        CustomerVerb::Note(line) => return records::note_customer(visit, line),
        CustomerVerb::Merge(line) => return records::merge_customers(visit, line),
    }
    Ok(0)
}

pub(super) fn deal(visit: &mut Visit<'_>, verb: &DealVerb) -> Result<u8, Halt> {
    match verb {
        DealVerb::Start(line) => return start(visit, line),
        DealVerb::List => visit.print(&Look::Deals, Shape::many(What::Deals))?,
        DealVerb::Show(line) => visit.print(&Look::Deal(line.number), Shape::one(What::Deal))?,
        DealVerb::Edit(line) => return records::edit_deal(visit, line),
        DealVerb::Win(line) => return records::deal(visit, line.number, DealDeed::Win, "was won"),
        DealVerb::Lose(line) => return records::deal(visit, line.number, DealDeed::Lose, "was lost"),
        DealVerb::Reopen(line) => {
            return records::deal(visit, line.number, DealDeed::Reopen, "is open again");
        }
    }
    Ok(0)
}

fn add(visit: &mut Visit<'_>, line: &CustomerAdd) -> Result<u8, Halt> {
    let line = line.clone();
    let customer = NewCustomer {
        name: text::name(&line.name)?,
        email: line.email,
        phone: line.phone,
        company: line.company,
        address: line.address,
        note: line.note,
        company_name: line.company_name,
    };
    let reply = visit.ask(Request::AddCustomer(Box::new(customer)))?;
    let Reply::Customer(number) = reply else { return Ok(0) };
    let done = format!("customer {number} was added");
    if told(visit, number, &done)? {
        visit
            .print(&Look::Customer(number), Shape::one(What::Customer))
            .map_err(|halt| halt.after(&done, "it"))?;
    }
    Ok(0)
}

/// Shows a customer; for one that was merged, its successor, with a note.
fn show(visit: &mut Visit<'_>, number: u64) -> Result<(), Halt> {
    let mut shown = number;
    visit.print_some(&Look::Customer(number), Shape::one(What::Customer), &mut |row| {
        if let Row::Customer(view) = row {
            shown = view.id;
        }
        true
    })?;
    if shown != number {
        voice::hint(&visit.out, &format!("{number} was merged into {shown}: `lead customer show {shown}`"));
    }
    Ok(())
}

fn start(visit: &mut Visit<'_>, line: &DealStart) -> Result<u8, Halt> {
    let ids = Selection::split_first(&line.words)?;
    let lead = which::one(&ids, "deal start")?;
    let title = (!ids.rest.is_empty()).then(|| ids.rest.join(" "));
    let reply = visit.ask(Request::StartDeal { lead, title, value: line.value.clone() })?;
    let Reply::Deal { id, lead } = reply else { return Ok(0) };
    let done = format!("deal {id} was started for lead {lead}");
    if told(visit, id, &done)? {
        visit.print(&Look::Deal(id), Shape::one(What::Deals)).map_err(|halt| halt.after(&done, "it"))?;
    }
    Ok(0)
}

/// Says what was made, or prints its number on a pipe; true when its row is wanted instead.
fn told(visit: &Visit<'_>, number: u64, sentence: &str) -> Result<bool, Halt> {
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
        return Ok(false);
    }
    if visit.wants_rows() {
        return Ok(true);
    }
    if visit.out.terminal {
        voice::say(&visit.out, sentence);
    } else {
        print_line(&number.to_string()).map_err(|halt| halt.after(sentence, "its number"))?;
    }
    Ok(false)
}
