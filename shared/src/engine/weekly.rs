//! The firm's reports of the week: who reads them, and what they see.
//!
//! Users see what they may see anywhere else; an address that the firm's own file names sees all of it.

use jiff::civil::Date;

use super::office::Office;
use super::scope::Scope;
use crate::domain::email;
use crate::domain::user::Login;
use crate::domain::weekly::Weekly;

impl Office {
    /// Who gets a report now: the users among those it names whom mail reaches, and its addresses; nobody's
    /// mail twice, however the address is written.
    pub(super) fn readers(&self, report: &Weekly) -> Vec<Login> {
        let mut readers: Vec<Login> = Vec::new();
        let mut places: Vec<String> = Vec::new();
        for entry in &report.to {
            let named: Vec<Login> = match entry.contains('@') {
                true => vec![Login(entry.clone())],
                false => {
                    self.named(entry).filter(|user| user.gets_mail()).map(|user| user.login.clone()).collect()
                }
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
