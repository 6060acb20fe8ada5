//! The parts of a pipeline beside its stages and moves: conversion, automation, fields, intake, claims,
//! roles, lists. Plain data; the rules over it are elsewhere.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{StageId, words};
use crate::domain::capability::Capability;

/// What conversion does; it always stamps `converted_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertPolicy {
    /// The stage it sets; `None` = it leaves the stage alone.
    pub stage: Option<StageId>,
    /// Stages it is refused from, besides those without a step to `stage`.
    pub refuse_from: Vec<StageId>,
    /// Whether a lead that was ever converted cannot be again (M10).
    pub refuse_if_converted: bool,
    /// What a second conversion does.
    pub again: Again,
    /// By what an existing record is found, in this order; empty = not at all, always a new one.
    pub find_by: Vec<IdentityKey>,
    /// What happens when one was found.
    pub on_existing: OnExisting,
    /// Whether the last word of the name becomes the last name (M9).
    pub split_name: bool,
}

words! {
    /// What a second conversion does.
    pub enum Again {
        /// Succeeds, says so, changes nothing.
        AlreadySo = "already-so",
        /// Returns the record made before.
        ReturnSame = "return-same",
        /// Is refused.
        Refuse = "refuse",
    }
}

words! {
    /// What happens when conversion finds an existing record.
    pub enum OnExisting {
        /// The user decides.
        Ask = "ask",
        /// The lead is linked to it without asking.
        Link = "link",
        /// A new one is made all the same.
        AlwaysNew = "always-new",
    }
}

words! {
    /// By what two records are known to be one person (L6).
    #[derive(PartialOrd, Ord, Hash)]
    pub enum IdentityKey {
        /// The email address, folded.
        Email = "email",
        /// The phone number, normalised.
        Phone = "phone",
    }
}

/// What a logged activity sets off, under the same rules as by hand (F12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// The kind of activity.
    pub on: String,
    /// Only the first of its kind on a lead.
    pub first: bool,
    /// Whether it runs at all.
    pub enabled: bool,
    /// What it does.
    pub then: Then,
}

/// What an automation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Converts the lead.
    Convert,
    /// Moves it to a stage or by a named move; canonical spelling, for [`super::Pipeline::resolve`].
    Move(String),
    /// Sets the follow-up this many days after the activity, from 1.
    FollowUp {
        /// Calendar days.
        days: u16,
    },
}

/// A kind of activity that can be logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityKind {
    /// As spelled in the file.
    pub id: String,
    /// Whether logging it stamps `last_contacted_at` (L2).
    pub contact: bool,
}

words! {
    /// A field of a lead that a rule can name.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Field {
        /// The person or firm.
        Name = "name",
        /// The firm beside a person.
        Company = "company",
        /// The email address.
        Email = "email",
        /// The phone number.
        Phone = "phone",
        /// The postal address.
        Address = "address",
        /// Where the lead came from.
        Source = "source",
        /// The tags.
        Tags = "tags",
        /// What it may be worth.
        Value = "value",
        /// Who is responsible.
        Owner = "owner",
        /// The promised next contact.
        FollowUp = "follow_up",
        /// The rendered notes; searched only.
        Notes = "notes",
        /// The free fields; searched only.
        Fields = "fields",
    }
}

/// Which fields of a lead must or should be there, at creation and after an edit (A1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRules {
    /// Refused without them.
    pub required: Vec<Field>,
    /// Groups of which at least one must be there; no group is empty.
    pub any_of: Vec<Vec<Field>>,
    /// A hint when they are missing.
    pub recommended: Vec<Field>,
    /// Where a bare word of a filter looks.
    pub text_searched: Vec<Field>,
}

/// A channel that leads come in by (F10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As spelled in the file.
    pub id: String,
    /// Where its leads start; `None` = must be given.
    pub stage: Option<StageId>,
    /// What to suggest when it must be given.
    pub suggest: Vec<StageId>,
}

/// How long a claim holds (A8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRule {
    /// Elapsed time, above zero; `None` = a claim is ownership and never lapses.
    pub window: Option<SignedDuration>,
    /// How long before the end the holder is told, below `window`; `None` = the store's policy holds.
    pub warn_before: Option<SignedDuration>,
}

/// How duplicates are found, and what happens at creation (A5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// By what.
    pub keys: Vec<IdentityKey>,
    /// What then.
    pub at_creation: AtCreation,
}

words! {
    /// What happens when a new lead's key exists already.
    pub enum AtCreation {
        /// The user decides.
        Ask = "ask",
        /// Nothing.
        Ignore = "ignore",
    }
}

/// A role and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// As spelled in the file.
    pub id: String,
    /// What it may do.
    pub capabilities: BTreeSet<Capability>,
}

words! {
    /// A column of a list; the spelling is its key in machine output.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Column {
        /// The number.
        Id = "id",
        /// The person or firm.
        Name = "name",
        /// The firm beside a person.
        Company = "company",
        /// The email address.
        Email = "email",
        /// The phone number as typed.
        Phone = "phone",
        /// The phone number normalised.
        PhoneE164 = "phone_e164",
        /// The postal address.
        Address = "address",
        /// Where the lead came from.
        Source = "source",
        /// The tags.
        Tags = "tags",
        /// The free fields.
        Fields = "fields",
        /// What it may be worth.
        Value = "value",
        /// The pipeline.
        Pipeline = "pipeline",
        /// The stage.
        Stage = "stage",
        /// Who is responsible.
        Owner = "owner",
        /// The live claim.
        Claim = "claim",
        /// The live claim's holder, else the owner.
        Assignee = "assignee",
        /// The promised next contact.
        FollowUp = "follow_up",
        /// How near the follow-up is.
        Badge = "badge",
        /// The last contact.
        LastContactedAt = "last_contacted_at",
        /// The latest conversion.
        ConvertedAt = "converted_at",
        /// The customer it was converted to.
        Customer = "customer",
        /// The rendered notes.
        Notes = "notes",
        /// When it was added.
        CreatedAt = "created_at",
        /// Who added it.
        CreatedBy = "created_by",
        /// The last change.
        ChangedAt = "changed_at",
        /// When it was trashed.
        TrashedAt = "trashed_at",
        /// The lead it was merged into.
        MergedInto = "merged_into",
        /// The revision.
        Revision = "revision",
        /// What is open to it (P5).
        Actions = "actions",
    }
}

/// A column that orders a list; what is missing stands last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// By what.
    pub column: Column,
    /// Whether the greatest stands first.
    pub descending: bool,
}

/// What a list shows when nobody says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRule {
    /// From the left; never empty.
    pub columns: Vec<Column>,
    /// The first decides, the next breaks ties.
    pub order: Vec<SortKey>,
}
