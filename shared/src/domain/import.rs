//! An import: leads that come from a file, in portions, and are there all at once or not at all.
//!
//! Its rows are read by the rules of adding and editing a lead (P1). A new lead stays out of sight
//! until the import ends; what would change a record that is there already waits for that end as the
//! row it is. One commit then makes all of it true, and undoing that commit takes it back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::lead::{LeadId, Unknown};
use super::pipeline::{PipelineId, StageId};
use super::refusal::Refusal;
use super::request::{NewLead, OnDuplicate};
use super::user::Login;

/// An import's number, counted from 1.
pub type ImportId = u64;

/// No more rows of an import that is all or nothing change records that are there already: they are
/// one commit.
pub const MOST_WAITING: u64 = 5_000;

/// How far an import has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// The number.
    pub id: ImportId,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The file's name, as typed.
    pub source: String,
    /// How its rows are treated.
    pub rules: ImportRules,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Who began it; nobody else goes on with it.
    pub created_by: Login,
    /// Where the history stood when it was begun: its entries come behind.
    pub first_seq: u64,
    /// How many rows were taken or refused so far.
    pub rows: u64,
    /// The [`digest`] of those rows: who goes on must have the same ones.
    pub digest: String,
    /// What became of the rows.
    pub tally: Tally,
    /// How many of the changes were seen at once, and stand though it be given up.
    #[serde(default)]
    pub seen: u64,
    /// How many of its leads were put out of sight at each stage: they count once it has ended.
    pub stages: Vec<(PipelineId, StageId, u64)>,
    /// Whom it makes an owner, and of how many leads, the first of them by number.
    pub owners: BTreeMap<Login, Given>,
    /// Set by the commit that makes its leads seen; empty again when that was undone.
    pub finished_at: Option<Timestamp>,
    /// Set when it was given up, or taken back: no rows follow, and what it has stays out of sight unless
    /// the undo is undone.
    pub abandoned_at: Option<Timestamp>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Import {
    /// Whether more rows may come.
    pub fn is_open(&self) -> bool {
        self.finished_at.is_none() && self.abandoned_at.is_none()
    }

    /// What stands of it once it is given up.
    pub fn standing(&self) -> Tally {
        Tally { added: 0, changed: self.seen, waiting: 0, ..self.tally }
    }
}

/// The leads an import gives to one owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// How many.
    pub leads: u64,
    /// The first of them, as many as a mail lists.
    pub first: Vec<LeadId>,
}

/// What became of the rows of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Leads added.
    pub added: u64,
    /// Leads that were there and were changed, or took up what was given.
    pub changed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Rows that wait for the end, since they change what is there.
    pub waiting: u64,
    /// Rows refused.
    pub refused: u64,
}

/// A row that waits for the end of its import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingRow {
    /// The import.
    pub import: ImportId,
    /// The row.
    pub row: ImportRow,
}

/// One row of a file, its values as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Where it stands in the file: the line it begins on, counted from 1.
    pub line: u64,
    /// The lead; an empty name where the row gives none.
    pub lead: NewLead,
}

/// How an import treats its rows; the same from its first portion to its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRules {
    /// What becomes of a new lead that exists already (A5).
    pub on_duplicate: Option<OnDuplicate>,
    /// A row with the address of a lead that is there edits that lead.
    pub update_by_email: bool,
    /// What is refused is left out, and the rest goes on; otherwise it is all or nothing.
    pub keep_going: bool,
    /// The answers tell what became of each row.
    #[serde(default)]
    pub each: bool,
}

impl ImportRules {
    /// Whether a row may go into a lead that is there.
    pub fn changes_known(self) -> bool {
        self.update_by_email || self.on_duplicate == Some(OnDuplicate::Merge)
    }
}

/// Where a portion of rows belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Portion {
    /// It begins an import.
    First {
        /// The file's name.
        source: String,
        /// How its rows are treated.
        rules: ImportRules,
    },
    /// It goes on with this one.
    Next(ImportId),
}

/// A step of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportStep {
    /// The next rows, in the order of the file; the first ones begin the import.
    Rows {
        /// Of which import.
        of: Portion,
        /// The rows.
        rows: Vec<ImportRow>,
        /// How many more stand among them that could not be read, and are left out.
        unreadable: u64,
        /// Nothing will come of it: a refused row keeps nothing but itself out. The engine sets it.
        #[serde(default)]
        is_trial: bool,
    },
    /// All rows are there: they become seen.
    Finish {
        /// The import.
        import: ImportId,
    },
    /// It is given up.
    Abandon {
        /// The import.
        import: ImportId,
    },
}

/// What a step did, without personal data: it is kept with the change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The import, once it is begun.
    pub import: Option<ImportId>,
    /// What became of all rows so far.
    pub tally: Tally,
    /// The rows of this step that were refused, by their lines.
    pub refused: Vec<(u64, Refusal)>,
    /// What became of the other rows of this step, if that was asked.
    #[serde(default)]
    pub rows: Vec<(u64, RowDid)>,
}

/// What became of a row that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowDid {
    /// A new lead.
    Added(LeadId),
    /// This lead was changed, or took up what was given.
    Changed(LeadId),
    /// It changed nothing of this lead.
    Unchanged(LeadId),
    /// It waits for the end.
    Waits,
}

/// The digest, in hex, of rows behind those with the digest `before`: the same for the same rows,
/// however they were portioned.
pub fn digest(before: &str, rows: &[ImportRow]) -> String {
    rows.iter().fold(before.to_owned(), |before, row| {
        let bytes = serde_json::to_vec(row).expect("a row is made of numbers and text");
        let hash = Sha256::new().chain_update(before).chain_update(bytes).finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_the_rows_not_of_their_portions() {
        let row = |line, name: &str| ImportRow {
            line,
            lead: NewLead { name: name.to_owned(), ..NewLead::default() },
        };
        let rows = [row(2, "Kim"), row(3, "Sam"), row(4, "Lee")];
        let whole = digest("", &rows);
        assert_eq!(digest(&digest("", &rows[..1]), &rows[1..]), whole);
        for other in
            [[row(2, "Kim"), row(3, "Sam"), row(5, "Lee")], [row(2, "Kim"), row(3, "Lee"), row(4, "Sam")]]
        {
            assert_ne!(digest("", &other), whole);
        }
    }
}
