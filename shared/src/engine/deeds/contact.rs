//! Notes and what is logged: calls, visits, jobs, estimates (L1–L3, F6, F12).

use jiff::ToSpan;

use super::{Found, convert, moves, schedule};
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::lead::Lead;
use crate::domain::pipeline::Then;
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::reply::{Did, Settled};
use crate::domain::request::{Conversion, Deed};
use crate::domain::when::When;
use crate::domain::{name, text};
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Puts a note on top of the notes (L1).
pub(super) fn note(desk: &mut Desk<'_>, mut lead: Lead, typed: &str) -> Result<Settled, Halt> {
    let note = text::note(typed).map_err(|flaw| flaw.of("note", typed))?;
    desk.amend(&mut lead, Act::new(Event::Noted).note(Some(note)), |_| {});
    desk.keep(lead);
    Ok(Settled::Done(Did::Noted))
}

/// What is logged, as typed.
pub(super) struct Entry<'a> {
    pub(super) kind: &'a str,
    pub(super) text: Option<&'a str>,
    pub(super) outcome: Option<&'a str>,
    pub(super) next: Option<&'a str>,
    pub(super) done: bool,
    pub(super) target: Option<&'a str>,
}

/// Logs something, with the next date and a move in the same commit. A kind that counts as contact
/// stamps the last contact; nothing ends a follow-up but `--next` and `--done` (L2, L3).
pub(super) fn log(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    entry: &Entry<'_>,
    found: &Found,
) -> Result<Settled, Halt> {
    let Entry { kind: typed, text: said, outcome, next, done, target } = *entry;
    let pipeline = desk.pipeline(&lead);
    let kind = pipeline.activity(typed).ok_or_else(|| {
        let known = pipeline.activities.iter().map(|kind| kind.id.as_str());
        Flaw::new("is not a kind of activity of this pipeline").meaning(typed, known).of("kind", typed)
    })?;
    let note = said.map(|said| text::note(said).map_err(|flaw| flaw.of("text", said))).transpose()?;
    let outcome =
        outcome.map(|typed| text::line(typed).map_err(|flaw| flaw.of("outcome", typed))).transpose()?;
    let next = next.map(|typed| schedule::read(desk, "next", typed)).transpose()?;
    let now = desk.now;
    let event = if kind.contact { Event::ContactLogged } else { Event::Logged };
    desk.amend(&mut lead, Act::new(event).action(kind.id.clone()).note(note).outcome(outcome), |lead| {
        if kind.contact {
            lead.last_contacted_at = Some(now);
        }
    });
    if let Some(next) = &next {
        schedule::set(desk, &mut lead, next, None);
    } else if done && lead.follow_up.is_some() {
        schedule::clear(desk, &mut lead, None);
    }
    if let Some(target) = target {
        moves::change_stage(desk, &mut lead, target)?;
    }
    let lead = automate(desk, lead, &kind.id, next.is_some(), found)?;
    desk.keep(lead);
    Ok(Settled::Done(Did::Logged { kind: kind.id.clone() }))
}

/// Does what the pipeline sets off on this kind, under the same rules as by hand, the caller's
/// capabilities among them; what the rules refuse is left (F12).
fn automate(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    kind: &str,
    dated: bool,
    found: &Found,
) -> Result<Lead, Halt> {
    let pipeline = desk.pipeline(&lead);
    let is_first = found.logged.get(&lead.id).copied().unwrap_or(0) == 0;
    let set_off = pipeline.automation.iter().filter(|one| one.enabled && name::same(&one.on, kind));
    for automation in set_off.filter(|one| is_first || !one.first) {
        let mark = desk.mark();
        let hints = desk.hints.clone();
        let tried = match &automation.then {
            Then::FollowUp { .. } if dated => Ok(lead.clone()),
            Then::FollowUp { days } => {
                let today = desk.scope.zoned(desk.now).date();
                let when = When { date: today.saturating_add(i64::from(*days).days()), time: None };
                let mut lead = lead.clone();
                schedule::set(desk, &mut lead, &when, None);
                Ok(lead)
            }
            Then::Move(target) => {
                let mut lead = lead.clone();
                moves::change_stage(desk, &mut lead, target).map(|_| lead)
            }
            Then::Convert => desk.require(Capability::Convert).map_err(Halt::from).and_then(|()| {
                convert::in_hand(desk, lead.clone(), &Conversion::default(), found).map(|(lead, _)| lead)
            }),
        };
        match tried {
            Ok(after) => lead = after,
            Err(Halt::Refused(_)) => {
                desk.back_to(mark);
                desk.hints = hints;
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(lead)
}

impl Deed {
    /// The refusal for options of a log that exclude each other.
    pub(in crate::engine) fn contradiction(&self) -> Option<Refusal> {
        match self {
            Self::Log { next: Some(_), done: true, .. } => Some(Refusal::Conflict {
                what: "`--next` sets a follow-up and `--done` ends it".to_owned(),
                hints: vec!["give one of them".to_owned()],
            }),
            Self::Convert(Conversion { into: Some(_), new: true, .. }) => Some(Refusal::Conflict {
                what: "`--into` names a customer and `--new` makes one".to_owned(),
                hints: vec!["give one of them".to_owned()],
            }),
            Self::Edit(edit) => edit.contradiction(),
            _ => None,
        }
    }
}
