//! The trail of a record: the entries of the history about it and about those merged into it (L4).
//!
//! Found by scans of the index; whoever may see the record may see its trail.

use std::ops::ControlFlow;

use crate::domain::customer::Customer;
use crate::domain::lead::Lead;
use crate::store::{Index, Key, Store, StoreFault, Table, TypedStore};

/// The entries about a lead, newest first.
pub(super) fn of_lead(store: &dyn Store, lead: &Lead) -> Result<Vec<u64>, StoreFault> {
    newest_first(store, lead.numbers(), Index::ActivityLead)
}

/// The entries about a customer, newest first.
pub(super) fn of_customer(store: &dyn Store, customer: &Customer) -> Result<Vec<u64>, StoreFault> {
    let numbers = std::iter::once(customer.id).chain(customer.merged_from.iter().copied());
    newest_first(store, numbers, Index::ActivityCustomer)
}

fn newest_first(
    store: &dyn Store,
    numbers: impl Iterator<Item = u64>,
    index: Index,
) -> Result<Vec<u64>, StoreFault> {
    let mut entries = Vec::new();
    for number in numbers {
        let span = Key::index(index).number(number).span(Table::Index);
        store.visit_numbers(&span, &mut |seq| {
            entries.push(seq);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    entries.sort_unstable_by(|one, other| other.cmp(one));
    entries.dedup();
    Ok(entries)
}
