//! Everything between "this is what a mail says" and "the server took it".
//!
//! Owns the bytes of a mail (`letter`, `calendar`) and its way out (`transport`); its words are
//! `lead_shared::template`'s. Knows nothing of the store, of retries or of what is due: the outbox decides
//! what is sent and calls this; a mail's bytes are fixed once and sent as they are (N1).
//! The only home of lettre.

mod address;
mod letter;
mod secret;
mod settings;
mod transport;

pub use address::{Address, BadAddress};
pub use letter::{Letter, LetterFault, Page};
pub use secret::{PasswordSource, Secret, SecretFault};
pub use settings::{Limits, MailSettings, SendmailSettings, SmtpSettings, Tls, Via};
pub use transport::{Envelope, Mailer, Parcel, RelayFault, Stage, Verdict};
pub(crate) use transport::{GROUP, Load};

use lead_shared::domain::clean;
