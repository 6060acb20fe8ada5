//! Adding a lead: the values read, the stage found, duplicates asked about (A1–A5, M1, F10, P1).

use std::collections::BTreeMap;

use super::act::Act;
use super::deeds::{assign, follow_up, moves, tags};
use super::desk::Desk;
use super::halt::Halt;
use super::twins::Twins;
use super::{leeway, past};
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::Customer;
use crate::domain::email::Email;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::likeness::near;
use crate::domain::money::Money;
use crate::domain::pipeline::{AtCreation, Field, IdentityKey, Pipeline, RecordKind, Stage, Stamp, Start};
use crate::domain::refusal::{Candidate, Flaw, Refusal, Thing};
use crate::domain::reply::{Did, Hint, Settled};
use crate::domain::request::{NewLead, OnDuplicate};
use crate::domain::{email, name, phone, text, when};
use crate::store::Numbered;

/// Adds a lead; or puts what was given into one that exists, if told to merge (A5).
pub(super) fn add(desk: &mut Desk<'_>, new: &NewLead, twins: &Twins) -> Result<(LeadId, Settled), Halt> {
    desk.require(Capability::Create)?;
    let pipeline = pipeline_of(desk, new)?;
    let new = &*leeway::given(desk, pipeline, new, true);
    if new.customer.is_some() && pipeline.record == RecordKind::InPlace {
        return Err(Refusal::InPlace { asked: "--customer".to_owned() }.into());
    }
    let mut lead = read(desk, pipeline, new)?;
    if let Some(stamps) = &new.past {
        past::put(desk, stamps, &mut lead)?;
    }
    let note = past::note(desk, new.note.as_deref())?;
    complete(pipeline, &lead)?;
    match decide(desk, pipeline, &lead, new.on_duplicate, twins)? {
        Decision::Add => {}
        Decision::Under(customer) => lead.customer = Some(customer.id),
        Decision::InTrash(known) => return Ok((known, Settled::Already(Did::Trashed))),
        Decision::Into(existing) => {
            let known = twins.notes_of(desk, existing.id);
            return merge(desk, *existing, lead, note.whole(), &known);
        }
    }
    let customer = lead.customer.map(|id| desk.visible_customer(id)).transpose()?;
    if lead.owner.is_none() && !desk.scope.sees(&lead, pipeline, desk.now) {
        lead.owner = Some(desk.scope.actor());
        desk.hints.push(Hint::BecameOwner);
    }
    lead.id = desk.number(Numbered::Lead)?;
    lead.import = desk.import;
    lead.staged = desk.is_staging;
    for field in pipeline.fields.recommended.iter().filter(|field| !has(&lead, **field)) {
        desk.hints.push(Hint::Recommended(field.as_str().to_owned()));
    }
    if lead.follow_up.as_ref().is_some_and(|one| one.date < desk.scope.zoned(desk.now).date()) {
        desk.hints.push(Hint::PastFollowUp);
    }
    let act = match desk.import {
        Some(_) => Act::new(Event::Imported).action("import"),
        None => Act::new(Event::Created).action("add"),
    };
    let lead = desk.create(lead, act.note(note.text).headed(note.heading));
    if let Some(mut customer) = customer {
        let before = customer.clone();
        customer.leads.push(lead.id);
        desk.keep_with_last(Some(&before), customer);
    }
    // An import tells each new owner of all their leads at once.
    if desk.import.is_none() {
        desk.tell_assigned(&lead)?;
    }
    Ok((lead.id, Settled::Done(Did::Added)))
}

/// The pipeline that was named, else the store's default.
pub(super) fn pipeline_of<'a>(desk: &Desk<'a>, new: &NewLead) -> Result<&'a Pipeline, Refusal> {
    match &new.pipeline {
        Some(typed) => pipeline_typed(desk, typed),
        None => Ok(desk.office.catalogue.default()),
    }
}

/// The pipeline that was typed.
pub(super) fn pipeline_typed<'a>(desk: &Desk<'a>, typed: &str) -> Result<&'a Pipeline, Refusal> {
    let catalogue = &desk.office.catalogue;
    catalogue.find(typed).map(|listed| listed.pipeline).ok_or_else(|| {
        let near = near(typed, catalogue.ids());
        let suggestions = if near.is_empty() { catalogue.ids().collect() } else { near };
        Refusal::NoSuch {
            thing: Thing::Pipeline,
            given: typed.to_owned(),
            suggestions: suggestions.into_iter().map(str::to_owned).collect(),
        }
    })
}

/// Reads every value, in the order of the command line's documentation.
fn read(desk: &mut Desk<'_>, pipeline: &Pipeline, new: &NewLead) -> Result<Lead, Halt> {
    let now = desk.now;
    let stage = stage(pipeline, new)?;
    let policy = desk.office.policy.clone();
    let country = policy.team.country.as_deref();
    let follow_up = match &new.follow_up {
        None => None,
        Some(typed) if name::same(typed, "none") => None,
        Some(typed) => {
            let zoned = desk.scope.zoned(now);
            let when = when::parse(typed, &zoned).map_err(|flaw| flaw.of("follow-up", typed))?;
            Some(follow_up(&when, &zoned, 0))
        }
    };
    let owner = match &new.owner {
        None => None,
        Some(typed) => {
            desk.scope.require(Capability::Assign)?;
            assign::whom(desk, typed)?
        }
    };
    Ok(Lead {
        id: 0,
        revision: 0,
        pipeline: pipeline.id.clone(),
        stage: stage.id.clone(),
        name: line("name", &new.name)?,
        company: optional("company", new.company.as_ref())?,
        email: new.email.as_ref().map(|typed| address(typed)).transpose()?,
        phone: new
            .phone
            .as_ref()
            .map(|typed| phone::parse(typed, country).map_err(|flaw| flaw.of("phone", typed)))
            .transpose()?,
        address: optional("address", new.address.as_ref())?,
        source: new.source.as_ref().map(|typed| source(pipeline, typed)).transpose()?,
        tags: tags::read(&new.tags)?,
        fields: fields(&new.sets)?,
        value: new
            .value
            .as_ref()
            .map(|typed| Money::parse(typed, &policy.team.currency).map_err(|flaw| flaw.of("value", typed)))
            .transpose()?,
        owner,
        claim: None,
        follow_up,
        last_contacted_at: None,
        converted_at: stage.stamp.contains(&Stamp::ConvertedAt).then_some(now),
        customer: new.customer,
        created_at: now,
        created_by: desk.scope.actor(),
        changed_at: now,
        trashed_at: None,
        merged_into: None,
        merged_from: Vec::new(),
        import: None,
        staged: false,
        unknown: BTreeMap::new(),
    })
}

/// Where it starts: the stage that was given, else the channel's, else the initial one (F10).
fn stage<'a>(pipeline: &'a Pipeline, new: &NewLead) -> Result<&'a Stage, Refusal> {
    let start = new
        .channel
        .as_ref()
        .map(|typed| pipeline.start(typed).map_err(|flaw| flaw.of("via", typed)))
        .transpose()?;
    if let Some(typed) = &new.stage {
        let stage = moves::stage_typed(pipeline, typed)?;
        if !pipeline.admits_at_creation(&stage.id) {
            let flaw = Flaw::new("is entered by conversion alone");
            return Err(flaw.hint("add the lead at another stage, then `lead convert`").of("stage", typed));
        }
        return Ok(stage);
    }
    match start {
        None => Ok(pipeline.stage(&pipeline.initial)),
        Some(Start::Stage(stage)) => Ok(stage),
        Some(Start::MustBeGiven { suggest }) => Err(Refusal::Missing {
            fields: vec!["stage".to_owned()],
            hints: suggest.iter().map(|stage| format!("--stage {stage}")).collect(),
        }),
    }
}

/// One line of text for a field.
pub(super) fn line(field: &str, typed: &str) -> Result<String, Refusal> {
    text::line(typed).map_err(|flaw| flaw.of(field, typed))
}

/// One line of text for a field that may be left out.
pub(super) fn optional(field: &str, typed: Option<&String>) -> Result<Option<String>, Refusal> {
    typed.map(|typed| line(field, typed)).transpose()
}

/// An e-mail address, as typed.
pub(super) fn address(typed: &str) -> Result<String, Refusal> {
    let email = Email::parse(typed).map_err(|flaw| flaw.of("email", typed))?;
    Ok(email.as_str().to_owned())
}

/// A source in the pipeline's spelling (A2, M2).
pub(super) fn source(pipeline: &Pipeline, typed: &str) -> Result<String, Refusal> {
    let typed = line("source", typed)?;
    pipeline.source(&typed).map_err(|flaw| flaw.of("source", typed))
}

/// No more free fields are set at once.
const MOST_FIELDS: usize = 1_000;

/// Free fields as typed.
///
/// # Errors
/// The first that is none; and too many.
pub(super) fn fields(sets: &[String]) -> Result<BTreeMap<String, String>, Refusal> {
    if let Some(typed) = sets.get(MOST_FIELDS) {
        let flaw = Flaw::new(format!("is one of {}, more than {MOST_FIELDS}", sets.len()));
        return Err(flaw.of("set", typed));
    }
    sets.iter().map(|typed| name::field(typed).map_err(|flaw| flaw.of("set", typed))).collect()
}

/// # Errors
/// Refuses a lead without what its pipeline requires (A1, M1).
pub(super) fn complete(pipeline: &Pipeline, lead: &Lead) -> Result<(), Refusal> {
    let rules = &pipeline.fields;
    let groups =
        rules.required.iter().map(std::slice::from_ref).chain(rules.any_of.iter().map(Vec::as_slice));
    for group in groups {
        if !group.iter().any(|field| has(lead, *field)) {
            let fields: Vec<String> = group.iter().map(|field| field.as_str().to_owned()).collect();
            let hints = fields.iter().map(|field| format!("--{} …", field.replace('_', "-"))).collect();
            return Err(Refusal::Missing { fields, hints });
        }
    }
    Ok(())
}

/// Whether the lead has it.
pub(super) fn has(lead: &Lead, field: Field) -> bool {
    match field {
        Field::Name => !lead.name.is_empty(),
        Field::Company => lead.company.is_some(),
        Field::Email => lead.email.is_some(),
        Field::Phone => lead.phone.is_some(),
        Field::Address => lead.address.is_some(),
        Field::Source => lead.source.is_some(),
        Field::Tags => !lead.tags.is_empty(),
        Field::Value => lead.value.is_some(),
        Field::Owner => lead.owner.is_some(),
        Field::FollowUp => lead.follow_up.is_some(),
        Field::Notes | Field::Fields => true,
    }
}

/// What becomes of a new lead that may exist already.
enum Decision {
    Add,
    Under(Box<Customer>),
    Into(Box<Lead>),
    /// It comes into the trash, and this one is there.
    InTrash(LeadId),
}

/// Looks at those who exist and are visible, trash excepted, and at what was told (A5). Who comes into the
/// trash is asked about nobody.
fn decide(
    desk: &mut Desk<'_>,
    pipeline: &Pipeline,
    lead: &Lead,
    told: Option<OnDuplicate>,
    twins: &Twins,
) -> Result<Decision, Halt> {
    let merges = told == Some(OnDuplicate::Merge);
    let asks = match told {
        None => pipeline.duplicates.at_creation == AtCreation::Ask,
        Some(told) => told == OnDuplicate::Fail,
    };
    let is_trash = lead.trashed_at.is_some();
    if !merges && (is_trash || !asks) {
        return Ok(Decision::Add);
    }
    let keys = &pipeline.duplicates.keys;
    let is_same = |twin: &Lead| keys.iter().any(|key| same(*key, lead, twin));
    if is_trash && let Some(known) = twins.in_trash(desk, is_same)?.first() {
        return Ok(Decision::InTrash(known.id));
    }
    let mut leads = twins.known(desk, is_same)?;
    let mut customers = Vec::new();
    for id in &twins.customers {
        let twin = desk.customer(*id)?;
        let is_same = keys.iter().any(|key| lead.shares(*key, &twin));
        if is_same && Some(twin.id) != lead.customer && desk.sees_customer(&twin)? {
            customers.push(twin);
        }
    }
    if leads.is_empty() && customers.is_empty() {
        return Ok(Decision::Add);
    }
    if merges {
        if !leads.is_empty() {
            return Ok(Decision::Into(Box::new(leads.swap_remove(0))));
        }
        return Ok(Decision::Under(Box::new(customers.swap_remove(0))));
    }
    let known = leads.iter().map(Candidate::from);
    let candidates = known.chain(customers.iter().map(Candidate::from)).collect();
    Err(Refusal::Duplicate { candidates, fail: told == Some(OnDuplicate::Fail) }.into())
}

fn same(key: IdentityKey, ours: &Lead, theirs: &Lead) -> bool {
    let keys = match key {
        IdentityKey::Email => {
            (ours.email.as_deref().map(email::key), theirs.email.as_deref().map(email::key))
        }
        IdentityKey::Phone => {
            (ours.phone.as_ref().map(|one| one.key()), theirs.phone.as_ref().map(|one| one.key()))
        }
    };
    matches!(keys, (Some(ours), Some(theirs)) if ours == theirs)
}

/// Puts what was given into the lead that exists, as a merge would; the note is added, and under it
/// what was given and the lead keeps otherwise. An import adds nothing that its notes say already.
fn merge(
    desk: &mut Desk<'_>,
    existing: Lead,
    new: Lead,
    note: Option<String>,
    known: &str,
) -> Result<(LeadId, Settled), Halt> {
    desk.require(Capability::Work)?;
    let mut lead = existing;
    desk.end_lapsed(&mut lead)?;
    if let (Some(customer), None) = (new.customer, lead.customer) {
        let what = format!("{} exists, and `--customer {customer}` is for a new lead", lead.id);
        let hints = vec!["--on-duplicate keep".to_owned()];
        return Err(Refusal::Conflict { what, hints }.into());
    }
    let is_import = desk.import.is_some();
    let verb = if is_import { "import" } else { "add" };
    let mut merged = lead.clone();
    let left = merged.take_in(&new, desk.pipeline(&lead));
    let left = (!left.is_empty()).then(|| format!("other values: {}", left.join("; ")));
    let notes = [note, left].into_iter().flatten();
    let notes = notes.filter_map(|note| if is_import { past::news(&note, known) } else { Some(note) });
    let note = notes.reduce(|note, left| format!("{note}\n{left}"));
    let owner = new.owner.filter(|_| lead.assignee(desk.now).is_none());
    let gets_owner = owner.is_some();
    merged.owner = owner.or(merged.owner);
    if is_import && note.is_none() && merged == lead {
        return Ok((lead.id, Settled::Already(Did::MergedInto)));
    }
    desk.amend(&mut lead, Act::new(Event::Merged).action(verb).note(note), |lead| *lead = merged);
    if gets_owner {
        desk.tell_assigned(&lead)?;
    }
    let lead = desk.keep(lead);
    Ok((lead.id, Settled::Done(Did::MergedInto)))
}
