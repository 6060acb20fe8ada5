//! What became of each lead, in a line, and what is worth a hint.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use lead_shared::domain::lead::LeadId;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{Did, Filed, Hint, How, LeadResult, Settled};
use lead_shared::domain::request::Deed;

use super::refusal::noun;
use super::{Clock, names, quoted, refusal};

/// One line about one lead: `12 Kim Lee: New → Contacted`. What was `asked` for and done beside the
/// deed itself is in it, as far as the lead's view shows it.
pub fn done(result: &LeadResult, asked: Option<&Deed>, clock: &Clock) -> String {
    let mut said = match &result.settled {
        Settled::Done(did) => deed(did, clock),
        Settled::Already(did) => already(did, clock),
        Settled::Refused(why) => return refusal(why, clock).message,
    };
    let mut also = Vec::new();
    if matches!(result.settled, Settled::Done(_)) {
        also = beside(result, asked);
    }
    also.extend(started(result));
    for also in also {
        said.push_str(", ");
        said.push_str(&also);
    }
    let who = if result.name.is_empty() { String::new() } else { format!(" {}", quoted(&result.name)) };
    format!("{}{who}: {said}", result.lead)
}

/// What was done in the same commit.
fn beside(result: &LeadResult, asked: Option<&Deed>) -> Vec<String> {
    let mut also = Vec::new();
    let view = result.view.as_deref();
    match (asked, view) {
        (Some(Deed::Log { next, done, target, .. }), Some(view)) => {
            if next.is_some()
                && let Some(date) = view.follow_up
            {
                also.push(format!("follow-up {}", day(date, view.follow_up_time)));
            }
            if *done && view.follow_up.is_none() {
                also.push("follow-up ended".to_owned());
            }
            if target.is_some() {
                also.push(format!("now in {}", quoted(&view.stage_label)));
            }
        }
        (Some(Deed::Edit(edit)), Some(view)) => {
            if let (Some(_), Some(owner)) = (&edit.owner, &view.owner) {
                also.push(format!("owner {}", quoted(owner.as_str())));
            }
            if edit.follow_up.is_some()
                && let Some(date) = view.follow_up
            {
                also.push(format!("follow-up {}", day(date, view.follow_up_time)));
            }
            if edit.stage.is_some() || edit.pipeline.is_some() {
                also.push(format!("now in {}", quoted(&view.stage_label)));
            }
        }
        (Some(Deed::Move { convert: Some(_), .. }), Some(view)) => {
            also.push(match view.customer {
                Some(customer) => format!("converted into customer {customer}"),
                None => "converted".to_owned(),
            });
        }
        _ => {}
    }
    also
}

/// The deals that were started, be it for a lead that was converted before.
fn started(result: &LeadResult) -> impl Iterator<Item = String> + '_ {
    result.hints.iter().filter_map(|hint| match hint {
        Hint::DealStarted(deal) => Some(format!("deal {deal} started")),
        _ => None,
    })
}

/// A day and its time as people say them.
fn day(date: Date, time: Option<Time>) -> String {
    let time = time.map(|time| format!(" {}", time.strftime("%H:%M"))).unwrap_or_default();
    format!("{} {date}{time}", date.strftime("%a"))
}

fn deed(did: &Did, clock: &Clock) -> String {
    match did {
        Did::Added => "added".to_owned(),
        Did::MergedInto => "exists; what was given went into it".to_owned(),
        Did::TookIn { from } => format!("took in {}", numbers(from)),
        Did::Moved { from, to } => format!("{} → {}", quoted(from), quoted(to)),
        Did::Claimed { until: Some(until) } => {
            format!("claimed until {} ({})", clock.moment(*until), distance(clock.now, *until))
        }
        Did::Claimed { until: None } => "claimed; it is yours until you give it back".to_owned(),
        Did::Owned => "yours for good".to_owned(),
        Did::Released => "given back".to_owned(),
        Did::Assigned { to: Some(login) } => format!("assigned to {}", quoted(login.as_str())),
        Did::Assigned { to: None } => "assigned to nobody".to_owned(),
        Did::Scheduled { when } => format!("follow-up {}", quoted(when)),
        Did::Unscheduled => "follow-up ended".to_owned(),
        Did::Noted => "noted".to_owned(),
        Did::Logged { kind } => format!("logged {}", quoted(kind)),
        Did::Tagged { tags } if tags.is_empty() => "no tags".to_owned(),
        Did::Tagged { tags } => format!("tags: {}", names(tags)),
        Did::Converted { how: How::InPlace, noun, .. } => format!("converted: now a {}", quoted(noun)),
        Did::Converted { customer, noun, how } => {
            let number = customer.map(|number| format!(" {number}")).unwrap_or_default();
            let known = if *how == How::Linked { ", which existed" } else { "" };
            format!("converted into {}{number}{known}", quoted(noun))
        }
        Did::Edited { fields } => format!("changed {}", names(fields)),
        Did::Trashed => "in the trash".to_owned(),
        Did::Restored => "restored".to_owned(),
        Did::Undone { change, verb } => format!("change {change} (`{}`) undone", quoted(verb)),
    }
}

fn numbers(leads: &[LeadId]) -> String {
    leads.iter().map(LeadId::to_string).collect::<Vec<_>>().join(", ")
}

fn already(did: &Did, clock: &Clock) -> String {
    match did {
        Did::TookIn { from } if from.is_empty() => "nothing to take in".to_owned(),
        Did::TookIn { from } => format!("took in {} before", numbers(from)),
        Did::Moved { to, .. } => format!("already in {}", quoted(to)),
        Did::Claimed { until: Some(until) } => {
            format!("already yours until {} ({})", clock.moment(*until), distance(clock.now, *until))
        }
        Did::Claimed { until: None } | Did::Owned => "yours already".to_owned(),
        Did::Unscheduled => "has no follow-up anyway".to_owned(),
        Did::Scheduled { when } => format!("the follow-up is {} already", quoted(when)),
        Did::Released => "nobody had it".to_owned(),
        Did::Assigned { to: Some(login) } => format!("belongs to {} already", quoted(login.as_str())),
        Did::Assigned { to: None } => "belongs to nobody already".to_owned(),
        Did::Tagged { tags } if tags.is_empty() => "has no tags anyway".to_owned(),
        Did::Tagged { tags } => format!("the tags are so already: {}", names(tags)),
        Did::Converted { how: How::InPlace, noun, .. } => format!("already a {}", quoted(noun)),
        Did::Converted { customer, noun, .. } => {
            let number = customer.map(|number| format!(" {number}")).unwrap_or_default();
            format!("already converted into {}{number}", quoted(noun))
        }
        Did::Edited { .. } => "is so already".to_owned(),
        Did::Restored => "is not in the trash".to_owned(),
        Did::Undone { change, .. } => format!("change {change} is undone already"),
        other => format!("already {}", deed(other, clock)),
    }
}

/// A record that is no lead in a line: `deal 4 was won`.
pub fn filed(filed: &Filed, done: &str) -> String {
    let thing = format!("{} {}", noun(filed.thing), quoted(&filed.name));
    let of = filed.lead.map(|lead| format!(" of lead {lead}")).unwrap_or_default();
    let when = filed.when.as_ref().map(|when| format!(": {}", quoted(when))).unwrap_or_default();
    if filed.changed {
        format!("{thing}{of} {done}{when}")
    } else {
        format!("{thing}{of} is so already{when}")
    }
}

/// A span as people count it: hours, or minutes below one hour.
fn distance(now: Timestamp, until: Timestamp) -> String {
    let minutes = (until.duration_since(now).as_secs().max(0) + 59) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// A hint about a lead; each can be typed. None for what stands in the sentence.
pub fn hint(hint: &Hint, lead: LeadId) -> Option<String> {
    Some(match hint {
        Hint::FollowUpDue(date) => {
            format!(
                "the follow-up of {date} stands: `lead schedule {lead} WHEN` or `lead schedule {lead} none`"
            )
        }
        Hint::PastFollowUp => {
            format!("the date is past, {lead} is overdue at once: `lead schedule {lead} WHEN`")
        }
        Hint::Recommended(field) => {
            format!("{} is recommended, and {lead} has none", quoted(field))
        }
        Hint::MergedFrom(from) => format!("{from} was merged into {lead}: `lead show {lead}`"),
        Hint::BecameOwner => {
            format!("you own it, to be able to see it: `lead assign {lead} USER` hands it on")
        }
        Hint::WonAlone => {
            format!("won without a customer or a deal: `lead convert {lead} --start-deal`")
        }
        Hint::DealStarted(_) => return None,
    })
}

/// The exit code of several results: 0 when none was refused, the reason's own when all were refused
/// for one reason, otherwise 8. What an atomic request takes down with another is no reason of its own;
/// an atomic request with several reasons is 4.
pub fn exit(results: &[LeadResult], clock: &Clock) -> u8 {
    let refusals = results.iter().filter_map(|result| match &result.settled {
        Settled::Refused(why) => Some(why),
        _ => None,
    });
    let refused = refusals.clone().count();
    let atomic = refusals.clone().any(|why| matches!(why, Refusal::Together));
    let mut codes: Vec<u8> = refusals
        .filter(|why| !matches!(why, Refusal::Together))
        .map(|why| refusal(why, clock).exit)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    match (refused, codes.as_slice()) {
        (0, _) => 0,
        (refused, [one]) if refused == results.len() => *one,
        _ if atomic => 4,
        _ => 8,
    }
}
