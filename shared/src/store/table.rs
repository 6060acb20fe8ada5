//! The names of the tables and of the indexes. Their numbers are on disk: never reuse one.

/// A table of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Counters, the head of the history, marks.
    Meta = 1,
    /// Leads by number.
    Lead = 2,
    /// Customers by number.
    Customer = 3,
    /// Deals by number.
    Deal = 4,
    /// Appointments by number.
    Appointment = 5,
    /// Users by login.
    User = 6,
    /// A firm's own pipelines by id.
    Pipeline = 7,
    /// How many listed leads stand in (pipeline, stage).
    Count = 8,
    /// Changes by number.
    Change = 9,
    /// Activities' headers by sequence.
    Activity = 10,
    /// Activities' contents by sequence.
    Content = 11,
    /// The change a request made, by request id.
    Request = 12,
    /// Notices by key.
    Notice = 13,
    /// Mails by number.
    Mail = 14,
    /// Index entries: see [`Index`].
    Index = 15,
    /// Imports by number.
    Import = 16,
    /// Rows that wait for the end of their import, by import and line.
    WaitingRow = 17,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 17] = [
        Self::Meta,
        Self::Lead,
        Self::Customer,
        Self::Deal,
        Self::Appointment,
        Self::User,
        Self::Pipeline,
        Self::Count,
        Self::Change,
        Self::Activity,
        Self::Content,
        Self::Request,
        Self::Notice,
        Self::Mail,
        Self::Index,
        Self::Import,
        Self::WaitingRow,
    ];

    /// The tables that hold what cannot be rebuilt, in the order of a copy: contents stand before
    /// the activities whose digests they answer to, and those before their changes; imports before the
    /// leads of which they say whether they are seen.
    pub const KEPT: [Self; 15] = [
        Self::Meta,
        Self::User,
        Self::Pipeline,
        Self::Import,
        Self::WaitingRow,
        Self::Lead,
        Self::Customer,
        Self::Deal,
        Self::Appointment,
        Self::Content,
        Self::Activity,
        Self::Change,
        Self::Request,
        Self::Notice,
        Self::Mail,
    ];

    /// Its name in a copy for people; for ever.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Lead => "lead",
            Self::Customer => "customer",
            Self::Deal => "deal",
            Self::Appointment => "appointment",
            Self::User => "user",
            Self::Pipeline => "pipeline",
            Self::Count => "count",
            Self::Change => "change",
            Self::Activity => "activity",
            Self::Content => "content",
            Self::Request => "request",
            Self::Notice => "notice",
            Self::Mail => "mail",
            Self::Index => "index",
            Self::Import => "import",
            Self::WaitingRow => "waiting-row",
        }
    }
}

/// A named index: entries of [`Table::Index`] that start with its number and end with the key of
/// the record they point to. They hold nothing that cannot be rebuilt, and nothing that time or a
/// viewer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Index {
    /// Listed leads by pipeline and stage.
    LeadStage = 1,
    /// Listed leads by owner.
    LeadOwner = 2,
    /// Leads with a claim, live or not yet recorded as lapsed, by holder and end.
    LeadClaimHolder = 3,
    /// The same by end alone: what lapses next.
    LeadClaimEnd = 4,
    /// Listed leads by follow-up date.
    LeadFollowUp = 5,
    /// Leads by e-mail key (L6).
    LeadEmail = 6,
    /// Leads by phone key (L6).
    LeadPhone = 7,
    /// Leads by customer.
    LeadCustomer = 8,
    /// Leads by the instant they were added.
    LeadCreated = 9,
    /// Leads in the trash.
    LeadTrashed = 10,
    /// Customers by e-mail key.
    CustomerEmail = 11,
    /// Customers by phone key.
    CustomerPhone = 12,
    /// Deals by lead.
    DealLead = 13,
    /// Appointments by lead.
    AppointmentLead = 14,
    /// Users by operating-system account.
    UserAccount = 15,
    /// Activities by lead.
    ActivityLead = 16,
    /// Activities by customer.
    ActivityCustomer = 17,
    /// Mails not yet settled, by number.
    MailOpen = 18,
    /// Notices by lead.
    NoticeLead = 19,
    /// Mails that were settled, by when.
    MailSettled = 20,
    /// Imports that have ended: their leads are seen.
    ImportEnded = 21,
}
