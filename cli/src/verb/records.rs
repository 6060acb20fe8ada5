//! Changes of records that are no leads: customers and deals; appointments and pipelines end here too.
//!
//! Each is one request; what became of it is said in a sentence, and the record is printed where a
//! form was named.

use lead_shared::domain::record::{CustomerDeed, CustomerEdit, DealDeed, RecordDeed};
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, Request};

use crate::args;
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::text;
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn edit_customer(visit: &mut Visit<'_>, line: &args::CustomerEdit) -> Result<u8, Halt> {
    let number = line.number;
    let line = line.clone();
    let edit = CustomerEdit {
        name: line.name,
        email: line.email,
        phone: line.phone,
        company: line.company,
        address: line.address,
        company_name: line.company_name,
        clear: line.clear,
    };
    if edit == CustomerEdit::default() {
        let fields = ["--name", "--email", "--phone", "--company", "--address", "--clear"];
        return Err(nothing(&fields, &format!("lead customer edit {number} --email ADDRESS")));
    }
    customer(visit, number, CustomerDeed::Edit(Box::new(edit)), "was changed")
}

pub(super) fn note_customer(visit: &mut Visit<'_>, line: &args::CustomerNote) -> Result<u8, Halt> {
    let number = line.number;
    if let Some(text) = text::of_words(&line.words)? {
        return customer(visit, number, CustomerDeed::Note { text }, "was noted");
    }
    if !(visit.can_prompt() && visit.out.terminal) {
        return Err(nothing(&["TEXT"], &format!("lead customer note {number} TEXT")));
    }
    visit.enter()?;
    let draft = text::of_editor(visit, "note.txt", "")?;
    let ended = customer(visit, number, CustomerDeed::Note { text: draft.text.clone() }, "was noted");
    if !matches!(ended, Ok(0)) {
        voice::hint(&visit.out, &format!("the text is kept in {}", draft.keep().display()));
    }
    ended
}

pub(super) fn merge_customers(visit: &mut Visit<'_>, line: &args::CustomerMerge) -> Result<u8, Halt> {
    let from: Vec<String> = line.from.iter().map(u64::to_string).collect();
    let done = format!("took in {}", from.join(", "));
    customer(visit, line.into, CustomerDeed::Merge { from: line.from.clone() }, &done)
}

fn customer(visit: &mut Visit<'_>, id: u64, deed: CustomerDeed, done: &str) -> Result<u8, Halt> {
    let shown = |name: &str| (Look::Customer(name.parse().unwrap_or_default()), Shape::one(What::Customer));
    settle(visit, RecordDeed::Customer { id, deed }, done, &shown)
}

pub(super) fn edit_deal(visit: &mut Visit<'_>, line: &args::DealEdit) -> Result<u8, Halt> {
    if line.title.is_none() && line.value.is_none() {
        return Err(nothing(
            &["--title", "--value"],
            &format!("lead deal edit {} --value MONEY", line.number),
        ));
    }
    let deed = DealDeed::Edit { title: line.title.clone(), value: line.value.clone() };
    deal(visit, line.number, deed, "was changed")
}

pub(super) fn deal(visit: &mut Visit<'_>, id: u64, deed: DealDeed, done: &str) -> Result<u8, Halt> {
    let shown = |name: &str| (Look::Deal(name.parse().unwrap_or_default()), Shape::one(What::Deals));
    settle(visit, RecordDeed::Deal { id, deed }, done, &shown)
}

/// Asks for a change, says what became of it, and prints the record where a form was named.
pub(super) fn settle(
    visit: &mut Visit<'_>,
    deed: RecordDeed,
    done: &str,
    shown: &dyn Fn(&str) -> (Look, Shape),
) -> Result<u8, Halt> {
    let Reply::Filed(filed) = visit.ask(Request::Record(deed))? else { return Ok(0) };
    let sentence = words::filed(&filed, done);
    voice::say(&visit.out, &sentence);
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
    } else if visit.wants_rows() {
        let (look, shape) = shown(&filed.name);
        visit.print(&look, shape).map_err(|halt| halt.after(&sentence, "it"))?;
    }
    Ok(0)
}

/// The refusal of a change that names nothing to change.
pub(super) fn nothing(fields: &[&str], hint: &str) -> Halt {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    Refusal::Missing { fields, hints: vec![hint.to_owned()] }.into()
}
