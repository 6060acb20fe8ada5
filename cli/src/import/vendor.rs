//! The exports of other programs, known by their headers: a table, `vendors.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lead_shared::domain::name::{self, canonical};
use serde::Deserialize;

use super::field::{self, Field, Target};

/// A program and the columns of its exports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// By which `--map` knows it.
    #[serde(skip)]
    pub id: String,
    /// How people call it.
    pub title: String,
    /// Columns that stand together in no other program's export; any of these groups tells it.
    known_by: Vec<Vec<String>>,
    /// Columns that are parts of the address, in the order in which they are put together; an export may
    /// have them in any.
    #[serde(default)]
    address: Vec<String>,
    columns: BTreeMap<String, String>,
    #[serde(skip)]
    targets: BTreeMap<String, Target>,
}

/// All of them, in the order of their ids.
static VENDORS: LazyLock<Vec<Vendor>> = LazyLock::new(|| {
    let read: BTreeMap<String, Vendor> =
        toml::from_str(include_str!("vendors.toml")).expect("the table of vendors, which a test reads");
    let ready = read.into_iter().map(|(id, vendor)| {
        let parts = vendor.address.iter().map(|column| (column, PART));
        let columns = vendor.columns.iter().map(|(column, word)| {
            (column, field::target(word).expect("a field, as a test of the table sees"))
        });
        let targets = parts.chain(columns).map(|(column, target)| (canonical(column), target));
        Vendor { id, targets: targets.collect(), ..vendor }
    });
    ready.collect()
});

const PART: Target = Target { field: Field::AddressPart, otherwise: None };

impl Vendor {
    /// The program of that id.
    pub fn named(id: &str) -> Option<&'static Self> {
        VENDORS.iter().find(|vendor| vendor.id == canonical(id))
    }

    /// The ids of all.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        VENDORS.iter().map(|vendor| vendor.id.as_str())
    }

    /// The program whose export has such a header; of several the one that knows most of its columns.
    pub(super) fn of_header(header: &[String]) -> Option<&'static Self> {
        let header: Vec<String> = header.iter().map(|column| canonical(column)).collect();
        let has = |group: &Vec<String>| group.iter().all(|column| header.contains(&canonical(column)));
        let known =
            |vendor: &&Self| header.iter().filter(|column| vendor.targets.contains_key(*column)).count();
        let vendors = VENDORS.iter().filter(|vendor| vendor.known_by.iter().any(has));
        vendors.rev().max_by_key(known)
    }

    pub(super) fn target(&self, column: &str) -> Option<Target> {
        self.targets.get(&canonical(column)).cloned()
    }

    /// The place of a column among the parts of the address, if it is one of them.
    pub(super) fn place_in_address(&self, column: &str) -> Option<usize> {
        self.address.iter().position(|part| name::same(part, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_no_two_share_a_header() {
        let ids: Vec<_> = Vendor::ids().collect();
        assert_eq!(ids, ["google", "hubspot", "pipedrive", "salesforce", "zoho"]);
        for vendor in VENDORS.iter() {
            for group in &vendor.known_by {
                let found = Vendor::of_header(group).map(|found| found.id.as_str());
                assert_eq!(found, Some(vendor.id.as_str()), "{group:?}");
            }
        }
        assert!(Vendor::of_header(&["Name".to_owned(), "Email".to_owned()]).is_none());
    }
}
