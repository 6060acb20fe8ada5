//! What lies on the desk to be written, in order. A lead or a notice is found without looking through all of it,
//! since a request may be about very many.

use std::collections::HashMap;
use std::ops::Deref;

use super::Laid;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::Notice;

/// What was laid down.
#[derive(Default)]
pub(super) struct Pile {
    laid: Vec<Laid>,
    /// Where each lead and each notice lies, as often as it was laid down.
    leads: HashMap<LeadId, Vec<usize>>,
    notices: HashMap<String, Vec<usize>>,
}

impl Pile {
    pub(super) fn push(&mut self, laid: Laid) {
        let place = self.laid.len();
        match &laid {
            Laid::Lead(lead) => self.leads.entry(lead.id).or_default().push(place),
            Laid::Notice(notice) => self.notices.entry(notice.key.clone()).or_default().push(place),
            _ => {}
        }
        self.laid.push(laid);
    }

    /// Takes away what was laid down after the first so many.
    pub(super) fn truncate(&mut self, len: usize) {
        for laid in self.laid.drain(len..) {
            let places = match laid {
                Laid::Lead(lead) => self.leads.get_mut(&lead.id),
                Laid::Notice(notice) => self.notices.get_mut(&notice.key),
                _ => None,
            };
            places.and_then(Vec::pop);
        }
    }

    /// The lead as it was laid down last.
    pub(super) fn lead(&self, id: LeadId) -> Option<&Lead> {
        match self.laid.get(*self.leads.get(&id)?.last()?)? {
            Laid::Lead(lead) => Some(lead),
            _ => None,
        }
    }

    /// The notice as it was laid down last.
    pub(super) fn notice(&self, key: &str) -> Option<&Notice> {
        match self.laid.get(*self.notices.get(key)?.last()?)? {
            Laid::Notice(notice) => Some(notice),
            _ => None,
        }
    }
}

impl Deref for Pile {
    type Target = [Laid];

    fn deref(&self) -> &[Laid] {
        &self.laid
    }
}
