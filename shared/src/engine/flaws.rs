//! What the firm's file names and is not there: people whom mail is to reach, and the leads of reports.
//!
//! The file alone cannot tell (see `config`): users and pipelines come and go. What is wrong stops no
//! other mail; the log, `leadd check` and `lead doctor` tell it.

use jiff::Timestamp;

use super::office::Office;
use super::scope::Scope;
use super::{Engine, Inner, lookup};
use crate::config::PolicyFile;
use crate::domain::likeness::closest;
use crate::domain::name;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::user::Login;
use crate::domain::weekly::Weekly;
use crate::store::StoreFault;

/// What is wrong with the value of a key.
pub(super) struct Wrong {
    /// `report.monday-funnel.to`
    pub(super) path: String,
    pub(super) value: String,
    pub(super) flaw: Flaw,
}

impl Office {
    /// All that the policy names and is not there.
    pub(super) fn wrong(&self, now: Timestamp) -> Vec<Wrong> {
        let reports = self.policy.reports.iter().flat_map(|report| self.wrong_report(report, now));
        self.wrong_unassigned().into_iter().chain(reports).collect()
    }

    /// What nobody chose names a role that need not be there.
    fn wrong_unassigned(&self) -> Vec<Wrong> {
        let unassigned = &self.policy.reminders.unassigned;
        if *unassigned == Policy::default().reminders.unassigned {
            return Vec::new();
        }
        self.strangers("reminders.unassigned", unassigned)
    }

    fn wrong_report(&self, report: &Weekly, now: Timestamp) -> Vec<Wrong> {
        let path = |key: &str| format!("report.{}.{key}", report.name);
        let mut found = self.strangers(&path("to"), &report.to);
        let scope = Scope::system(self.policy.team.zone.clone());
        if let Err(Refusal::Invalid { value, flaw, .. }) = lookup::filter(self, &scope, &report.filter, now) {
            found.push(Wrong { path: path("filter"), value, flaw });
        }
        found
    }

    /// Those of these entries that are no user and no role; an address is nobody's to know.
    fn strangers(&self, path: &str, entries: &[String]) -> Vec<Wrong> {
        let inside = entries.iter().filter(|entry| !entry.contains('@'));
        let strange = inside.filter_map(|entry| {
            let roles = || self.catalogue.default().roles.iter().map(|role| role.id.as_str());
            let (typed, thing, known): (_, _, Vec<&str>) = match entry.strip_prefix("role:") {
                Some(role) => (role, "role", roles().collect()),
                None => (entry.as_str(), "user", self.people.keys().map(Login::as_str).collect()),
            };
            if known.iter().any(|one| name::same(one, typed)) {
                return None;
            }
            let flaw = Flaw::new(format!("is no {thing}"));
            let flaw = match closest(typed, known) {
                Some(near) => flaw.hint(format!("did you mean `{near}`?")),
                None => flaw,
            };
            Some(Wrong { path: path.to_owned(), value: entry.clone(), flaw })
        });
        strange.collect()
    }
}

impl Inner {
    /// What the firm's file names and is not there: a line for each, with its place in the file.
    pub(super) fn policy_flaws(&self, now: Timestamp) -> Result<Vec<String>, StoreFault> {
        let found = self.office()?.wrong(now);
        let file = PolicyFile::read(&self.dir).ok();
        let place = |path: &str| file.as_ref().map_or_else(String::new, |file| file.place(path));
        let line = |Wrong { path, value, flaw }: Wrong| {
            let hints: String = flaw.hints.iter().map(|hint| format!("; {hint}")).collect();
            format!("{}{path} `{value}` {}{hints}", place(&path), flaw.why)
        };
        Ok(found.into_iter().map(line).collect())
    }
}

impl Engine {
    /// What the firm's file names and is not there; only what is wrong is not sent.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn policy_flaws(&self, now: Timestamp) -> Result<Vec<String>, StoreFault> {
        self.inner.policy_flaws(now)
    }
}
