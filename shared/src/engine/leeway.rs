//! Values that a field may not have and that are kept as free fields instead, where a row says so: the
//! words of another program, which knows other stages, sources and people.

use std::borrow::Cow;

use super::add;
use super::deeds::{assign, moves};
use super::desk::Desk;
use crate::domain::capability::Capability;
use crate::domain::money::Money;
use crate::domain::pipeline::Pipeline;
use crate::domain::request::NewLead;
use crate::domain::{past, phone, text, when};

/// The lead with each such value where it may stand.
pub(super) fn given<'a>(
    desk: &Desk<'_>,
    pipeline: &Pipeline,
    new: &'a NewLead,
    is_new: bool,
) -> Cow<'a, NewLead> {
    if new.otherwise.is_empty() {
        return Cow::Borrowed(new);
    }
    let mut given = new.clone();
    for (field, key) in &new.otherwise {
        let is_taken = |typed: &str| takes(desk, pipeline, field, typed, is_new);
        let refused = place(&mut given, field).and_then(|place| place.take_if(|typed| !is_taken(typed)));
        if let Some(typed) = refused.filter(|_| !key.is_empty()) {
            keep(&mut given.sets, key, &typed);
        }
    }
    Cow::Owned(given)
}

fn place<'a>(new: &'a mut NewLead, field: &str) -> Option<&'a mut Option<String>> {
    let past = new.past.as_mut();
    Some(match field {
        "stage" => &mut new.stage,
        "source" => &mut new.source,
        "owner" => &mut new.owner,
        "follow_up" => &mut new.follow_up,
        "value" => &mut new.value,
        "phone" => &mut new.phone,
        "email" => &mut new.email,
        "company" => &mut new.company,
        "address" => &mut new.address,
        "created_at" => &mut past?.created_at,
        "last_contacted_at" => &mut past?.last_contacted_at,
        _ => return None,
    })
}

/// Whether the field may have the value.
fn takes(desk: &Desk<'_>, pipeline: &Pipeline, field: &str, typed: &str, is_new: bool) -> bool {
    let policy = &desk.office.policy.team;
    let now = desk.scope.zoned(desk.now);
    match field {
        "stage" => moves::stage_typed(pipeline, typed)
            .is_ok_and(|stage| !is_new || pipeline.admits_at_creation(&stage.id)),
        "source" => add::source(pipeline, typed).is_ok(),
        "owner" => desk.scope.may(Capability::Assign) && assign::whom(desk, typed).is_ok(),
        "follow_up" => when::parse(typed, &now).is_ok(),
        "value" => Money::parse(typed, &policy.currency).is_ok(),
        "phone" => phone::parse(typed, policy.country.as_deref()).is_ok(),
        "email" => add::address(typed).is_ok(),
        "company" | "address" => text::line(typed).is_ok(),
        _ => past::instant(typed, &now).is_ok(),
    }
}

/// Adds a value to the free fields, behind what the field has.
fn keep(sets: &mut Vec<String>, key: &str, typed: &str) {
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_known = |set: &&mut String| set.split_once('=').is_some_and(|(known, _)| known == key);
    match sets.iter_mut().find(is_known) {
        Some(set) => *set = format!("{set}, {typed}"),
        None => sets.push(format!("{key}={typed}")),
    }
}
