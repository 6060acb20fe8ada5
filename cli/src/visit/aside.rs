//! What is said beside the answer: whose clock holds, and that mail does not go.

use jiff::SignedDuration;
use lead_shared::client::Client;
use lead_shared::domain::health::Ailment;

use super::Visit;
use crate::{voice, words};

/// How far a daemon's clock may be from ours before we say so (cli.md §2).
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(1);

impl Visit<'_> {
    /// Says, once, that a daemon's clock is not the one we were told of: the daemon's holds.
    pub(super) fn compare_clocks(&mut self) {
        let theirs = self.client.as_ref().and_then(Client::daemon_clock);
        if let Some(theirs) = theirs
            && !self.clock.is_system()
            && !self.warned
            && theirs.duration_since(self.clock.now()).abs() > CLOCK_SLACK
        {
            self.warned = true;
            voice::warn(&self.out, &format!("LEAD_NOW is not what the daemon's clock shows: {theirs} holds"));
        }
    }

    /// Says what keeps mail from going, to those who may manage.
    pub fn tell_health(&mut self) {
        let ailment = self.find_ailment().or(self.ailment.take());
        if let Some(ailment) = ailment.filter(|_| !self.out.quiet) {
            let (warning, hint) = words::ailment(&ailment, &self.clock());
            voice::warn(&self.out, &warning);
            voice::hint(&self.out, &hint);
        }
    }

    /// What keeps mail from going, as the store that is open tells.
    pub(super) fn find_ailment(&self) -> Option<Ailment> {
        self.client.as_ref()?.ailment(self.as_user.as_deref())
    }
}
