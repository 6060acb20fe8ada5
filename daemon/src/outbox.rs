//! Sending what the outbox holds: one pass over the mails that are to be tried now.
//!
//! The rows are the truth (O1): bytes are fixed on disk, `sending` is flushed before the server is
//! given the text, what became of it is flushed soon after. Whether a mail is still to be sent is the
//! engine's to say; whose fault a failure is, the mailer's.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::clock::Clock;
use lead_shared::domain::matter::Matter;
use lead_shared::domain::request::{Duty, Fate};
use lead_shared::engine::Engine;
use lead_shared::template::Templates;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use crate::fault::Fault;
use crate::mailbag::{Mailbag, Ready};
use crate::mailer::{GROUP, Load, MailSettings, Mailer, Verdict};
use crate::patience::passed;
use crate::settings;
use crate::sweeper::nap;

/// How long a relay at fault is left alone (O2).
const RELAY_PAUSE: Duration = Duration::from_secs(60);

/// How long the mail in flight may take when all is to stop (S3).
const FAREWELL: Duration = Duration::from_secs(10);

/// What a pass did.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// What the relay's fault is, if it is at fault.
    pub(crate) relay: Option<String>,
    /// When to come again.
    pub(crate) next_at: Option<Timestamp>,
}

/// The way out of a store's mail.
pub(crate) struct Outbox {
    engine: Arc<Engine>,
    clock: Clock,
    bag: Mailbag,
    /// Until then the relay is left alone.
    closed_until: Option<Instant>,
    /// What became of mails, where the disk would not take it yet.
    unsettled: Vec<(u64, Fate)>,
}

/// A way out, opened, and what a mail is made with.
struct Way {
    settings: MailSettings,
    templates: Templates,
    mailer: Mailer,
}

/// The mails of a pass.
struct Mails {
    /// Still to be started.
    open: VecDeque<u64>,
    /// Started, and not written down since.
    started: BTreeMap<u64, Matter>,
    next_at: Option<Timestamp>,
}

impl Outbox {
    /// Takes up the mail of a store. What was being sent when somebody stopped is of unknown fate.
    pub(crate) fn open(engine: Arc<Engine>, clock: Clock) -> Result<Self, Fault> {
        let bag = Mailbag::new(Arc::clone(&engine), clock.clone());
        let mut outbox = Self { engine, clock, bag, closed_until: None, unsettled: Vec::new() };
        let fate = || Fate::Unknown("the daemon ended while it was being sent".to_owned());
        let interrupted = outbox.bag.due()?.interrupted;
        for mail in &interrupted {
            warn!(mail, "was being sent when the daemon ended");
        }
        outbox.settle(interrupted.into_iter().map(|mail| (mail, fate())).collect())?;
        outbox.bag.tidy();
        Ok(outbox)
    }

    /// When a relay at fault is tried again.
    pub(crate) fn closed_until(&self) -> Option<Instant> {
        self.closed_until
    }

    /// Tries every mail that is to be tried now, and what comes due meanwhile, until it is stopped;
    /// `bell` is rung by every change.
    pub(crate) async fn round(
        &mut self,
        bell: &Notify,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Round, Fault> {
        self.settle(Vec::new())?;
        let mut mails = Mails { open: VecDeque::new(), started: BTreeMap::new(), next_at: None };
        self.look(&mut mails)?;
        let mut round = Round { relay: None, next_at: mails.next_at };
        if mails.open.is_empty() || self.closed_until.is_some_and(|until| Instant::now() < until) {
            return Ok(round);
        }
        let way = tokio::select! {
            way = self.way_out() => way,
            () = is_stopped(stopped.clone()) => return Ok(round),
        };
        let fault = match way {
            Ok(mut way) => {
                let sent = self.send(&mut mails, &mut way, bell, stopped).await;
                way.mailer.close().await;
                sent?
            }
            Err(said) => {
                // No message loses a try; the first one says why.
                let first = mails.open.front().map(|mail| (*mail, Fate::RelayFault(said.clone())));
                self.settle(first.into_iter().collect())?;
                Some(said)
            }
        };
        round.next_at = self.bag.due()?.next_at;
        if let Some(said) = fault {
            self.blame(&mut round, said);
        }
        Ok(round)
    }

    /// The way out as the policy now has it, opened; or in words why there is none.
    async fn way_out(&self) -> Result<Way, String> {
        let policy = self.engine.policy();
        let settings = settings::mail(&policy, self.engine.dir()).map_err(|fault| fault.to_string())?;
        let templates = Templates::of(&policy.mail, self.engine.dir());
        let mailer = Mailer::open(&settings, &self.clock).await.map_err(|fault| fault.to_string())?;
        Ok(Way { settings, templates, mailer })
    }

    /// Leaves the relay alone for a while: one breaker for all mail (O2).
    fn blame(&mut self, round: &mut Round, said: String) {
        warn!(said, "the relay is at fault; it is tried again in a minute");
        self.closed_until = Some(Instant::now() + RELAY_PAUSE);
        self.engine.note_relay(false, Some(&said), self.clock.now());
        round.relay = Some(said);
    }

    /// Tries nothing for a while.
    pub(crate) fn close(&mut self) -> Round {
        self.closed_until = Some(Instant::now() + RELAY_PAUSE);
        Round { relay: Some("closed".to_owned()), ..Round::default() }
    }

    /// Sends mails: `sending` is flushed for a group, then each is sent, and what became of it is
    /// flushed with what else has just ended. What the relay's fault is, if it is at fault.
    ///
    /// While one hangs the others go on, and so does what comes due.
    async fn send(
        &mut self,
        mails: &mut Mails,
        way: &mut Way,
        bell: &Notify,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Option<String>, Fault> {
        let load = Load::default();
        let Way { settings, templates, mailer } = way;
        let clock = self.clock.clone();
        let mut broken = None;
        let fault = {
            let carrying = mailer.carry(&load);
            let halting = async {
                is_stopped(stopped.clone()).await;
                load.close();
                passed(&clock, FAREWELL).await;
            };
            tokio::pin!(carrying, halting);
            loop {
                let is_busy = !mails.open.is_empty();
                let more = async {
                    tokio::select! {
                        () = bell.notified() => {}
                        () = sleep(nap(&clock, mails.next_at)) => {}
                    }
                };
                let step = tokio::select! {
                    biased;
                    fault = &mut carrying => break fault,
                    () = load.has_news() => self.record(load.news(), mails),
                    () = &mut halting => break None,
                    () = load.runs_low(), if is_busy => self.feed(&load, mails, settings, templates),
                    () = more, if !is_busy => self.look(mails),
                };
                let step = step.and_then(|()| {
                    if load.is_idle() && mails.started.is_empty() && mails.open.is_empty() {
                        self.look(mails)?;
                        if mails.open.is_empty() {
                            load.close();
                        }
                    }
                    Ok(())
                });
                if let Err(fault) = step {
                    broken.get_or_insert(fault);
                    load.close();
                }
            }
        };
        let said = fault.map(|fault| fault.to_string());
        let rest = load.rest();
        let untried = said.clone().map_or(Fate::Postponed, Fate::RelayFault);
        self.unsettled.extend(rest.waiting.into_iter().map(|mail| (mail, untried.clone())));
        let cut_off = |mail| (mail, Verdict::Unknown { text: "leadd was stopped meanwhile".to_owned() });
        let ended = rest.ended.into_iter().chain(rest.under_way.into_iter().map(cut_off)).collect();
        let recorded = self.record(ended, mails);
        broken.map_or(recorded, Err)?;
        Ok(said)
    }

    /// Has a group of mails started, and handed on.
    fn feed(
        &mut self,
        load: &Load,
        mails: &mut Mails,
        settings: &MailSettings,
        templates: &Templates,
    ) -> Result<(), Fault> {
        let group: Vec<u64> = mails.open.drain(..mails.open.len().min(GROUP)).collect();
        let mut fates = Vec::new();
        let ready = self.bag.prepare(&group, settings, templates, &mut fates)?;
        let written = ready.iter().map(Ready::written).collect();
        let started = self.bag.duty(Duty::StartMails(written)).inspect_err(|_| {
            // Whether they are noted as being sent or not: they are not.
            fates.extend(ready.iter().map(|one| (one.matter.mail, Fate::Postponed)));
            self.unsettled.append(&mut fates);
        })?;
        let mut parcels = Vec::new();
        for one in ready.into_iter().filter(|one| started.contains(&one.matter.mail)) {
            mails.started.insert(one.matter.mail, one.matter);
            parcels.push(one.parcel);
        }
        load.add(parcels);
        self.settle(fates)
    }

    /// Writes down what became of mails.
    fn record(&mut self, ended: Vec<(u64, Verdict)>, mails: &mut Mails) -> Result<(), Fault> {
        let told = |(mail, verdict)| Some((mail, fate(&mails.started.remove(&mail)?, verdict)));
        let fates = ended.into_iter().filter_map(told).collect();
        self.settle(fates)
    }

    /// Writes down what became of mails, and of those that could not be written down before.
    fn settle(&mut self, mut fates: Vec<(u64, Fate)>) -> Result<(), Fault> {
        self.unsettled.append(&mut fates);
        self.bag.duty(Duty::SettleMails(self.unsettled.clone()))?;
        let has_sent = self.unsettled.iter().any(|(_, fate)| matches!(fate, Fate::Sent));
        if has_sent || self.unsettled.iter().any(|(_, fate)| matches!(fate, Fate::Refused(_))) {
            self.engine.note_relay(has_sent, None, self.clock.now());
        }
        self.unsettled.clear();
        Ok(())
    }

    /// Looks for mails that are to be tried now, when none are open.
    fn look(&self, mails: &mut Mails) -> Result<(), Fault> {
        let due = self.bag.due()?;
        mails.next_at = due.next_at;
        mails.open = self.bag.duty(Duty::CheckMails(due.mails))?.into();
        Ok(())
    }
}

/// Ends when all is to stop; never, if nobody is left to say so.
async fn is_stopped(mut stopped: watch::Receiver<bool>) {
    let is_orphan = stopped.wait_for(|stopped| *stopped).await.is_err();
    if is_orphan {
        std::future::pending::<()>().await;
    }
}

/// What a verdict makes of a mail.
fn fate(matter: &Matter, verdict: Verdict) -> Fate {
    let (mail, kind, message_id) = (matter.mail, matter.kind.name(), &matter.message_id);
    match verdict {
        Verdict::Sent { .. } => {
            info!(mail, kind, message_id, "sent");
            Fate::Sent
        }
        Verdict::Deferred { text: said } => {
            warn!(mail, kind, message_id, said, "put off");
            Fate::Deferred(said)
        }
        Verdict::Refused { text: said } => {
            warn!(mail, kind, message_id, said, "refused for good");
            Fate::Refused(said)
        }
        Verdict::Unknown { text: said } => {
            warn!(mail, kind, message_id, said, "nobody knows whether it was taken");
            Fate::Unknown(said)
        }
    }
}
