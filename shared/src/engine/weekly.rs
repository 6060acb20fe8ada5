//! The firm's reports of the week: who reads them, what they see, and what is wrong with them.
//!
//! Users see what they may see anywhere else; an address that the firm's own file names sees all of it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::lookup;
use super::office::Office;
use super::scope::Scope;
use super::{Engine, Inner};
use crate::config::PolicyFile;
use crate::domain::email;
use crate::domain::likeness::closest;
use crate::domain::name;
use crate::domain::refusal::Refusal;
use crate::domain::user::Login;
use crate::domain::weekly::Weekly;
use crate::store::StoreFault;

impl Office {
    /// Who gets a report now: the users among those it names whom mail reaches, and its addresses; nobody's
    /// mail twice, however the address is written.
    pub(super) fn readers(&self, report: &Weekly) -> Vec<Login> {
        let mut readers: Vec<Login> = Vec::new();
        let mut places: Vec<String> = Vec::new();
        for entry in &report.to {
            let named: Vec<Login> = match entry.contains('@') {
                true => vec![Login(entry.clone())],
                false => self
                    .named(entry)
                    .filter(|user| user.gets_mail())
                    .map(|user| user.login.clone())
                    .collect(),
            };
            for login in named {
                let user = self.people.get(&login);
                let place = email::key(
                    user.map_or(Some(login.as_str()), |user| user.email.as_deref()).unwrap_or_default(),
                );
                let is_known = readers.contains(&login) || (!place.is_empty() && places.contains(&place));
                if !is_known {
                    readers.push(login);
                    places.push(place);
                }
            }
        }
        readers
    }

    /// The report that a mail to somebody brings, by the keys of its notices and their dates, if there
    /// is one and they are still among its readers.
    pub(super) fn weekly<'a>(
        &self,
        notices: impl IntoIterator<Item = (&'a str, Option<Date>)>,
        to: &Login,
    ) -> Option<(&Weekly, Date)> {
        notices.into_iter().find_map(|(key, date)| {
            let date = date?;
            let report = self.policy.reports.iter().find(|report| report.key(date, to) == key)?;
            self.readers(report).contains(to).then_some((report, date))
        })
    }

    /// What an address sees that the firm has its report sent to: all of it, where the report is at home.
    pub(super) fn eyes_outside(&self, weekly: Option<(&Weekly, Date)>) -> Scope {
        let zone = weekly.and_then(|(report, _)| report.zone.clone());
        Scope::system(zone.unwrap_or_else(|| self.policy.team.zone.clone()))
    }
}

/// What is wrong with a key of a report.
struct Wrong {
    /// `report.monday-funnel.to`
    path: String,
    said: String,
}

impl Office {
    fn wrong_reports(&self, now: Timestamp) -> Vec<Wrong> {
        self.policy.reports.iter().flat_map(|report| self.wrong(report, now)).collect()
    }

    fn wrong(&self, report: &Weekly, now: Timestamp) -> Vec<Wrong> {
        let wrong = |key: &str, said: String| Wrong { path: format!("report.{}.{key}", report.name), said };
        let unknown = report.to.iter().filter(|entry| !entry.contains('@')).filter_map(|entry| {
            let roles = || self.catalogue.default().roles.iter().map(|role| role.id.as_str());
            let (typed, thing, known): (_, _, Vec<&str>) = match entry.strip_prefix("role:") {
                Some(role) => (role, "role", roles().collect()),
                None => (entry.as_str(), "user", self.people.keys().map(Login::as_str).collect()),
            };
            let is_known = known.iter().any(|one| name::same(one, typed));
            let meant =
                closest(typed, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            (!is_known).then(|| wrong("to", format!("`{entry}` is no {thing}{meant}")))
        });
        let mut found: Vec<Wrong> = unknown.collect();
        let scope = Scope::system(self.policy.team.zone.clone());
        if let Err(Refusal::Invalid { value, flaw, .. }) = lookup::filter(self, &scope, &report.filter, now) {
            let hints: String = flaw.hints.iter().map(|hint| format!("; {hint}")).collect();
            found.push(wrong("filter", format!("`{value}` {}{hints}", flaw.why)));
        }
        found
    }
}

impl Inner {
    /// What is wrong with the firm's reports as things stand: a line for each, with its place in the file.
    pub(super) fn report_flaws(&self, now: Timestamp) -> Result<Vec<String>, StoreFault> {
        let found = self.office()?.wrong_reports(now);
        let file = PolicyFile::read(&self.dir).ok();
        let place = |path: &str| file.as_ref().map_or_else(String::new, |file| file.place(path));
        Ok(found.iter().map(|wrong| format!("{}{} {}", place(&wrong.path), wrong.path, wrong.said)).collect())
    }
}

impl Engine {
    /// What is wrong with the firm's reports as things stand; only what is wrong is not sent.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn report_flaws(&self, now: Timestamp) -> Result<Vec<String>, StoreFault> {
        self.inner.report_flaws(now)
    }
}
