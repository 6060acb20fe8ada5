//! Plans, the reasons for mail and the mail itself: their columns, and words for people.

use lead_shared::domain::view::{Because, MailView, PlannedView, WhyView};

use super::cell::Cell;
use super::column::{Column, asked, both};

pub(super) const PLANNED: &[Column] = &[
    both("at", 1),
    both("kind", 1),
    both("to", 2),
    both("leads", 3).cut(8),
    both("subject", 4).cut(20),
    asked("message_id"),
];

pub(super) const WHY: &[Column] = &[
    both("due_at", 1),
    both("kind", 1),
    both("to", 2),
    both("because", 1).cut(20),
    both("state", 2),
    both("mail", 3).number(),
    both("decided_at", 5),
    both("error", 4).cut(16),
];

pub(super) const MAIL: &[Column] = &[
    both("id", 1).number(),
    both("kind", 2),
    both("to", 1).cut(16),
    both("leads", 5).cut(6),
    both("subject", 4).cut(20),
    both("state", 1),
    both("tries", 7).number(),
    both("next_try", 6),
    both("error", 3).cut(16),
    asked("message_id"),
];

pub(super) fn planned<'a>(view: &'a PlannedView, name: &str) -> Cell<'a> {
    match name {
        "at" => Cell::At(view.at),
        "kind" => Cell::Text(&view.kind),
        "to" => Cell::text(view.to.as_deref()),
        "leads" => Cell::Numbers(&view.leads),
        "subject" => Cell::text(view.subject.as_deref()),
        "message_id" => Cell::text(view.message_id.as_deref()),
        _ => Cell::Empty,
    }
}

pub(super) fn why<'a>(view: &'a WhyView, name: &str) -> Cell<'a> {
    match name {
        "due_at" => Cell::at(view.due_at),
        "kind" => Cell::Text(view.kind.name()),
        "to" => Cell::text(view.to.as_deref()),
        "because" => Cell::Text(because(view.because)),
        "state" => Cell::text(view.state.map(|state| state.name())),
        "mail" => Cell::number(view.mail),
        "decided_at" => Cell::at(view.decided_at),
        "error" => Cell::text(view.error.as_deref()),
        _ => Cell::Empty,
    }
}

pub(super) fn mail<'a>(view: &'a MailView, name: &str) -> Cell<'a> {
    match name {
        "id" => Cell::Number(view.id),
        "kind" => Cell::Text(view.kind.name()),
        "to" => Cell::Text(&view.to),
        "leads" => Cell::Numbers(&view.leads),
        "subject" => Cell::Text(&view.subject),
        "message_id" => Cell::Text(&view.message_id),
        "state" => Cell::Text(view.state.name()),
        "tries" => Cell::Number(u64::from(view.tries)),
        "next_try" => Cell::at(view.next_try),
        "error" => Cell::text(view.error.as_deref()),
        _ => Cell::Empty,
    }
}

/// The reason in words.
fn because(because: Because) -> &'static str {
    match because {
        Because::Decided => "it fell due",
        Because::Coming => "its time has not come",
        Because::NoFollowUp => "there is no follow-up",
        Because::SetTooLate => "the follow-up was set for a day whose hour had passed",
        Because::StageIsSilent => "its stage does not remind",
        Because::Trashed => "it is in the trash",
        Because::NoAddress => "the recipient has no mail address",
        Because::NobodyToTell => "there is nobody to tell",
    }
}
