//! Why a request was not done, as data.
//!
//! A refusal is something the user can act on; faults of disk and network are elsewhere. Nothing
//! here is prose for a terminal but the clause a value's own parser knows best.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::capability::Capability;
use super::customer::Customer;
use super::lead::{CustomerId, Lead, LeadId};
use super::likeness;
use super::undo::InTheWay;
use super::user::Login;

/// What is wrong with one value, said by the parser that read it.
///
/// `why` completes the sentence "*field* `value` …" in lower case without a final period:
/// `is not a date`. Each hint can be typed or followed as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The clause that follows the field and the value.
    pub why: String,
    /// What to type instead.
    pub hints: Vec<String>,
}

impl Flaw {
    /// A flaw without a hint.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), hints: Vec::new() }
    }

    /// The same flaw with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// A value is not valid.
    Invalid {
        /// Which field or option.
        field: String,
        /// As typed.
        value: String,
        /// See [`Flaw`].
        flaw: Flaw,
    },
    /// A field that must be given is not.
    Missing {
        /// The field, or the fields of which one is enough.
        fields: Vec<String>,
        /// What to type.
        hints: Vec<String>,
    },
    /// There is no such thing, or it is not for the caller's eyes (A13).
    NoSuch {
        /// What kind of thing.
        thing: Thing,
        /// As typed.
        given: String,
        /// What it may have been.
        suggestions: Vec<String>,
    },
    /// The stage does not allow this move (P1).
    NotOpen {
        /// The lead.
        lead: LeadId,
        /// The label of the stage it is in.
        from: String,
        /// The label of the stage, or the name of the move, that was asked for.
        to: String,
        /// True when `to` is the name of a move.
        named: bool,
        /// The moves that are open from here, by name, in the order of the pipeline (P4).
        legal: Vec<String>,
        /// The shortest way there, by name, where there is one (P4).
        way: Option<Vec<String>>,
        /// True when nothing leads out of the stage.
        is_final: bool,
    },
    /// Somebody else holds it (A8).
    Claimed {
        /// The lead.
        lead: LeadId,
        /// The holder.
        by: Login,
        /// The end of the claim.
        until: Timestamp,
    },
    /// It has an owner already.
    Owned {
        /// The lead.
        lead: LeadId,
        /// The owner.
        by: Login,
    },
    /// The holder would have more claims than one may at once.
    TooManyClaims {
        /// The lead.
        lead: LeadId,
        /// Who.
        by: Login,
        /// As many.
        max: u32,
    },
    /// The caller's last claim of it ended too short a time ago.
    CoolingDown {
        /// The lead.
        lead: LeadId,
        /// When it may be claimed again.
        until: Timestamp,
    },
    /// Nobody is there to whom a lead could be given by turns.
    NobodysTurn,
    /// Only leads in an open stage can be claimed.
    NotClaimable {
        /// The lead.
        lead: LeadId,
        /// The label of its stage.
        stage: String,
    },
    /// There is no claim of the caller's to keep: never was, or its time is over (A10).
    NotHeld {
        /// The lead.
        lead: LeadId,
    },
    /// The pool is empty.
    PoolEmpty,
    /// A lead in this stage cannot be converted.
    NotConvertible {
        /// The lead.
        lead: LeadId,
        /// The label of its stage.
        stage: String,
        /// The moves that are open from here.
        legal: Vec<String>,
    },
    /// It was converted before, and this pipeline converts once (M10).
    ConvertedBefore {
        /// The lead.
        lead: LeadId,
        /// When.
        at: Timestamp,
        /// Into whom.
        customer: Option<CustomerId>,
    },
    /// Customers are leads here: there is no separate record.
    InPlace {
        /// The word for what was asked: `--into`, `customer list`.
        asked: String,
    },
    /// A deal needs a conversion first (D7).
    ConvertFirst {
        /// The lead.
        lead: LeadId,
    },
    /// The caller may not do this.
    Capability {
        /// What is missing.
        needs: Capability,
    },
    /// A key that reaches beyond the store is changed by the account alone whose store it is.
    Guarded {
        /// The key.
        key: String,
        /// The account.
        account: String,
    },
    /// The account is no user of this store (U3).
    Stranger {
        /// The account.
        account: String,
    },
    /// The user is disabled (U4).
    Disabled {
        /// Who.
        login: Login,
    },
    /// Without this user nobody could administer the store.
    LastAdmin {
        /// Who.
        login: Login,
    },
    /// It was changed meanwhile (L10).
    Changed {
        /// The lead.
        lead: LeadId,
    },
    /// It is in the trash.
    Trashed {
        /// The lead.
        lead: LeadId,
    },
    /// Such a person or firm exists already (A5).
    Duplicate {
        /// Who exists.
        candidates: Vec<Candidate>,
        /// True when the caller asked to be refused, rather than to be asked.
        fail: bool,
    },
    /// A customer with this address or phone exists (the conversion table).
    CustomerExists {
        /// The lead.
        lead: LeadId,
        /// Who exists.
        candidates: Vec<Candidate>,
    },
    /// Leads of two customers cannot become one before the customers do.
    TwoCustomers {
        /// The lead that would stay.
        lead: LeadId,
        /// Its customer.
        into: CustomerId,
        /// The lead that would go into it.
        other: LeadId,
        /// The customer of that.
        from: CustomerId,
    },
    /// Several visible leads have this address.
    Ambiguous {
        /// As typed.
        given: String,
        /// Which.
        candidates: Vec<Candidate>,
    },
    /// A thing of this name exists.
    Exists {
        /// What kind of thing.
        thing: Thing,
        /// Its name.
        name: String,
    },
    /// Options that exclude each other, or that say nothing together.
    Conflict {
        /// What contradicts what.
        what: String,
        /// What to type.
        hints: Vec<String>,
    },
    /// It is closed, and has to be opened again first.
    Closed {
        /// What kind of thing.
        thing: Thing,
        /// The number.
        id: u64,
        /// How it stands.
        state: String,
    },
    /// What a change did does not stand any more, so it cannot be undone (L9).
    InTheWay(Box<InTheWay>),
    /// A change that is never undone.
    CannotUndo {
        /// The change.
        change: u64,
        /// Why.
        why: Lasting,
    },
    /// There is no change of the caller's that could be undone.
    NothingToUndo {
        /// Of this lead.
        lead: Option<LeadId>,
    },
    /// Something is in use that would be gone.
    InUse {
        /// What.
        what: String,
        /// What to type.
        hints: Vec<String>,
    },
    /// With `--atomic`, another lead of the same request was refused.
    Together,
}

/// Why a change is never undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lasting {
    /// It was a purge, or a purge erased what it wrote.
    Purged,
    /// It only wrote down that a claim's time was over.
    Time,
    /// It changed a record of a kind that is not set back.
    Kind,
}

/// A kind of thing that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Thing {
    /// A lead.
    Lead,
    /// A customer.
    Customer,
    /// A deal.
    Deal,
    /// An appointment.
    Appointment,
    /// A user.
    User,
    /// A stage or a named move.
    Target,
    /// A stage.
    Stage,
    /// A pipeline.
    Pipeline,
    /// A kind of activity.
    Activity,
    /// A mail.
    Mail,
    /// A channel of intake.
    Channel,
    /// A role.
    Role,
    /// A change of the history.
    Change,
    /// An import.
    Import,
}

/// Somebody who may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// A lead or a customer.
    pub thing: Thing,
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The firm.
    pub company: Option<String>,
}

impl From<&Lead> for Candidate {
    fn from(lead: &Lead) -> Self {
        Self { thing: Thing::Lead, id: lead.id, name: lead.name.clone(), company: lead.company.clone() }
    }
}

impl From<&Customer> for Candidate {
    fn from(customer: &Customer) -> Self {
        let (name, company) = (customer.name.clone(), customer.company.clone());
        Self { thing: Thing::Customer, id: customer.id, name, company }
    }
}

impl Refusal {
    /// Takes out what was typed and who was named.
    pub fn forget_people(&mut self) {
        match self {
            Self::Invalid { value, flaw, .. } => {
                value.clear();
                flaw.hints.clear();
            }
            Self::NoSuch { given, suggestions, .. } => {
                given.retain(|c| c.is_ascii_digit());
                suggestions.clear();
            }
            Self::Ambiguous { given, candidates } => {
                given.clear();
                candidates.clear();
            }
            Self::Duplicate { candidates, .. } | Self::CustomerExists { candidates, .. } => {
                candidates.clear();
            }
            _ => {}
        }
    }
}

impl Flaw {
    /// The same flaw with what may have been meant, of a closed set.
    #[must_use]
    pub fn meaning<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        likeness::hint(typed, known, str::to_owned).into_iter().fold(self, Self::hint)
    }

    /// The refusal of `value`, given for `field`.
    pub fn of(self, field: impl Into<String>, value: impl Into<String>) -> Refusal {
        Refusal::Invalid { field: field.into(), value: value.into(), flaw: self }
    }
}
