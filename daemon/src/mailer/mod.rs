//! Everything between "this is what a mail says" and "the server took it".
//!
//! Owns the words of a mail (`render`), its bytes (`letter`, `calendar`) and its way
//! out (`transport`). Knows nothing of the store, of retries or of what is due: the outbox decides
//! what is sent and calls this; a mail's bytes are fixed once and sent as they are (N1).
//! The only home of lettre and minijinja.

mod address;
mod calendar;
mod clean;
mod letter;
mod matter;
mod render;
mod secret;
mod settings;
mod title;
mod transport;

pub use address::{Address, BadAddress};
pub use calendar::Event;
pub use letter::{Letter, LetterFault};
pub use matter::{Due, Kind, LeadMatter, Matter, Recipient};
pub use render::{Rendered, TemplateFault, Templates};
pub use secret::{PasswordSource, Secret, SecretFault};
pub use settings::{
    BadCommand, Limits, MailSettings, SendmailSettings, SmtpSettings, Tls, Via, split_command,
};
pub use transport::{Envelope, Mailer, Parcel, RelayFault, Stage, Verdict};
