//! The report on people: what they have now, and what they did in the period.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::Period;
use crate::domain::activity::{Activity, Event};
use crate::domain::badge::Badge;
use crate::domain::capability::Capability;
use crate::domain::filter::Filter;
use crate::domain::follow_up::local_date;
use crate::domain::lead::LeadId;
use crate::domain::overview::{PersonView, ReportView, WEEKS};
use crate::domain::pipeline::StageKind;
use crate::domain::user::Login;
use crate::engine::duties::may_remind;
use crate::engine::halt::Halt;
use crate::engine::looks::Desk;
use crate::store::TypedStore as _;

const WEEK: i64 = 7 * 86_400;

fn blank(user: Option<Login>) -> PersonView {
    let weeks = vec![0; WEEKS];
    PersonView { user, leads: 0, open: 0, overdue: 0, contacts: 0, converted: 0, weeks }
}

/// A line for each active user who may be known, and for whoever else has or did something.
pub(super) fn people(desk: &Desk<'_>, filter: &Filter, period: Period) -> Result<Vec<ReportView>, Halt> {
    let mut people: BTreeMap<Option<Login>, PersonView> = BTreeMap::new();
    for user in desk.office.people.values().filter(|user| user.disabled_at.is_none()) {
        if desk.scope.may(Capability::ViewAll) || desk.scope.actor() == user.login {
            people.insert(Some(user.login.clone()), blank(Some(user.login.clone())));
        }
    }
    let today = local_date(desk.now, &desk.scope.zone);
    let mut counted: HashSet<LeadId> = HashSet::new();
    desk.each_match(filter, &mut |lead| {
        counted.extend(lead.numbers());
        let who = lead.assignee(desk.now).cloned();
        let line = people.entry(who.clone()).or_insert_with(|| blank(who));
        let stage = desk.office.catalogue.get(&lead.pipeline).stage(&lead.stage);
        let badge = lead.follow_up.as_ref().and_then(|one| Badge::of(one.date, today));
        line.leads += 1;
        line.open += u64::from(stage.kind == StageKind::Open);
        line.overdue += u64::from(badge == Some(Badge::Overdue) && may_remind(desk.office, &lead));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut contacts: HashMap<Login, Vec<u64>> = HashMap::new();
    desk.inner.store.all::<Activity>(&mut |activity| {
        if !activity.lead.is_some_and(|lead| counted.contains(&lead)) {
            return Ok(ControlFlow::Continue(()));
        }
        let line = |people: &mut BTreeMap<Option<Login>, PersonView>, deed: fn(&mut PersonView)| {
            let who = Some(activity.actor.clone());
            deed(people.entry(who.clone()).or_insert_with(|| blank(who)));
        };
        match activity.event {
            Event::ContactLogged => {
                if let Some(week) = week(activity.at, period, desk.now) {
                    contacts.entry(activity.actor.clone()).or_insert_with(|| vec![0; WEEKS])[week] += 1;
                }
                if period.has(activity.at) {
                    line(&mut people, |line| line.contacts += 1);
                }
            }
            Event::Converted if period.has(activity.at) => line(&mut people, |line| line.converted += 1),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (who, weeks) in contacts {
        if let Some(line) = people.get_mut(&Some(who)) {
            line.weeks = weeks;
        }
    }
    let nobody = people.remove(&None);
    Ok(people.into_values().chain(nobody).map(ReportView::Person).collect())
}

/// In which of the last weeks before the period's end it was, the newest last. What a clock that was
/// set back puts after `now` was in the last of them (T4).
fn week(at: Timestamp, period: Period, now: Timestamp) -> Option<usize> {
    if period.until.is_some_and(|until| at >= until) {
        return None;
    }
    let end = period.until.map_or(now, |until| until.min(now));
    let weeks = end.duration_since(at).as_secs().max(0) / WEEK;
    (WEEKS - 1).checked_sub(usize::try_from(weeks).ok()?)
}
