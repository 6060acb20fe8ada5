//! What lies on the desk to be written, in order. A lead is found without looking through all of it, since a
//! request may be about very many.

use std::collections::HashMap;
use std::ops::Deref;

use super::Laid;
use crate::domain::lead::{Lead, LeadId};

/// What was laid down.
#[derive(Default)]
pub(super) struct Pile {
    laid: Vec<Laid>,
    /// Where each lead lies, as often as it was laid down.
    leads: HashMap<LeadId, Vec<usize>>,
}

impl Pile {
    pub(super) fn push(&mut self, laid: Laid) {
        if let Laid::Lead(lead) = &laid {
            self.leads.entry(lead.id).or_default().push(self.laid.len());
        }
        self.laid.push(laid);
    }

    /// Takes away what was laid down after the first so many.
    pub(super) fn truncate(&mut self, len: usize) {
        for laid in self.laid.drain(len..) {
            if let Laid::Lead(lead) = laid
                && let Some(places) = self.leads.get_mut(&lead.id)
            {
                places.pop();
            }
        }
    }

    /// The lead as it was laid down last.
    pub(super) fn lead(&self, id: LeadId) -> Option<&Lead> {
        match self.laid.get(*self.leads.get(&id)?.last()?)? {
            Laid::Lead(lead) => Some(lead),
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
