//! Who goes to the office for the screen: a thread with a visit of its own.
//!
//! Does one errand after the other, each deed only if its lead is still as it was seen (L10), and looks
//! out for what others change. A store without a daemon is open only while something is done there, so
//! that others can work beside the screen; a daemon that goes is not missed for longer than it takes
//! to reach the store another way.

mod outlook;

use std::iter;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::client::Pulse;
use lead_shared::config::Env;
use lead_shared::domain::pipeline::Pipeline;
use lead_shared::domain::reply::{LeadResult, Reply, Settled};
use lead_shared::domain::request::{Deed, LeadRef, Look, Request, Which};
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;

use super::errand::{Answer, Errand, Held, News, Saying};
use super::gate::Gate;
use crate::args::Global;
use crate::halt::{Halt, failed};
use crate::render::{ColorChoice, Format, Rows, Shape, What};
use crate::verb;
use crate::visit::Visit;
use crate::words::{self, Clock, Said};

/// How long it waits for an errand before it looks out for what others did.
const PAUSE: Duration = Duration::from_millis(400);
/// After a long look it waits a multiple of the time that took, so that others have the store, too; not
/// longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// No more leads are named that an undo is about.
const NAMED: usize = 3;

/// Goes to the office until no more errands come.
pub(super) fn run(
    global: &Global,
    env: Env,
    terms: Vec<String>,
    errands: &Receiver<(u64, Errand)>,
    gate: &Gate,
    tell: &mut dyn FnMut(News),
) {
    let mut visit = match Visit::start(global, env) {
        Ok(visit) => visit,
        Err(halt) => return halt.words(Clock::of_system).into_iter().for_each(|said| tell(News::Away(said))),
    };
    visit.go_on_screen();
    let mut courier = Courier {
        visit,
        terms,
        pulse: None,
        head: None,
        was_served: false,
        fresh_until: None,
        took: Duration::ZERO,
        is_owed: true,
        is_away: false,
        tell,
    };
    gate.pass(|| courier.call(iter::empty()));
    loop {
        let first = match errands.recv_timeout(courier.pause()) {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        gate.pass(|| courier.call(first.into_iter().chain(errands.try_iter())));
    }
}

struct Courier<'a> {
    visit: Visit<'a>,
    terms: Vec<String>,
    /// How the store was when it was let go.
    pulse: Option<Pulse>,
    /// The number of the history's next entry when the board was fetched, and whether a daemon told it.
    head: Option<u64>,
    was_served: bool,
    /// The board is right between these instants, if nobody changes anything.
    fresh_until: Option<(Timestamp, Timestamp)>,
    /// How long that took.
    took: Duration,
    /// A board is owed: something was done since it was fetched.
    is_owed: bool,
    /// Whether the store could not be reached.
    is_away: bool,
    tell: &'a mut dyn FnMut(News),
}

impl Courier<'_> {
    /// How long an errand is waited for.
    fn pause(&self) -> Duration {
        PAUSE.max((self.took * 3).min(LONGEST_PAUSE))
    }

    /// Does errands, then looks whether a board is owed, and lets the store go.
    fn call(&mut self, errands: impl Iterator<Item = (u64, Errand)>) {
        for (number, errand) in errands {
            self.go(number, errand);
        }
        self.look_out();
        (self.tell)(News::Alive);
        self.rest();
    }

    /// Lets the store go.
    fn rest(&mut self) {
        if let Some(pulse) = self.visit.pause() {
            self.pulse = Some(pulse);
        }
    }

    fn said(&mut self, halt: Halt) -> Option<Said> {
        halt.words(|| self.visit.clock())
    }

    /// Does an errand, and answers it.
    fn go(&mut self, number: u64, errand: Errand) {
        let changes = matches!(errand, Errand::Do(..) | Errand::Undo(_));
        let answer = match self.done(errand) {
            Ok(answer) => answer,
            Err(halt) => match self.said(halt) {
                Some(said) => {
                    // Whoever is told why not can see it.
                    if changes {
                        self.bring();
                    }
                    Answer::Refused(said)
                }
                None => Answer::Done(Vec::new()),
            },
        };
        self.is_owed |= changes && matches!(answer, Answer::Done(_));
        (self.tell)(News::Answer(number, answer));
    }

    fn done(&mut self, errand: Errand) -> Result<Answer, Halt> {
        match errand {
            Errand::Filter(terms) => {
                let snapshot = self.fetch(&terms)?;
                self.terms = terms;
                (self.tell)(News::Board(Box::new(snapshot)));
                Ok(Answer::Done(Vec::new()))
            }
            Errand::Reload => {
                let snapshot = self.fetch(&self.terms.clone())?;
                (self.tell)(News::Board(Box::new(snapshot)));
                Ok(Answer::Done(Vec::new()))
            }
            Errand::Show(id) => self.card(id).map(Answer::Card),
            Errand::Open(id) => {
                let mut actions = Vec::new();
                self.visit.look(&Look::Actions(LeadRef::Number(id)), &mut |row| {
                    if let Row::Action(action) = row {
                        actions.push(action);
                    }
                    Ok(())
                })?;
                Ok(Answer::Open(actions))
            }
            Errand::Kinds(pipeline) => {
                let mut file = String::new();
                self.visit.look(&Look::Pipeline(Some(pipeline.to_string())), &mut |row| {
                    if let Row::PipelineText(text) = row {
                        file = text;
                    }
                    Ok(())
                })?;
                let kinds = Pipeline::parse(&file).map(|pipeline| pipeline.activities).unwrap_or_default();
                Ok(Answer::Words(kinds.into_iter().map(|kind| kind.id).collect()))
            }
            Errand::People => {
                let mut logins = Vec::new();
                self.visit.look(&Look::Users, &mut |row| {
                    if let Row::User(user) = row
                        && user.disabled_at.is_none()
                    {
                        logins.push(user.login.to_string());
                    }
                    Ok(())
                })?;
                Ok(Answer::Words(logins))
            }
            Errand::Do(held, deed) => self.deed(&held, &deed).map(Answer::Done),
            Errand::Undoing(lead) => {
                let lead = lead.map(LeadRef::Number);
                let Reply::Undone { undoing, leads } =
                    self.visit.ask_so(Request::Undo { lead, change: None }, true)?
                else {
                    return Err(failed("the store answered something else"));
                };
                let clock = self.visit.clock();
                if undoing.by.is_none() {
                    let said = leads.iter().map(|lead| Saying::Plain(words::done(lead, None, &clock)));
                    return Ok(Answer::Done(said.collect()));
                }
                let whose = leads.iter().take(NAMED).map(|one| format!("{} {}", one.lead, escape(&one.name)));
                let mut lines: Vec<String> = whose.collect();
                if leads.len() > NAMED {
                    lines.push(format!("and {} leads more", leads.len() - NAMED));
                }
                lines.extend(words::undoing(&undoing, &clock));
                Ok(Answer::Undoing(undoing.change, lines))
            }
            Errand::Undo(change) => {
                let Reply::Undone { leads, .. } =
                    self.visit.ask(Request::Undo { lead: None, change: Some(change) })?
                else {
                    return Err(failed("the store answered something else"));
                };
                let clock = self.visit.clock();
                self.show(&leads);
                let mut said: Vec<Saying> =
                    leads.iter().map(|lead| Saying::Plain(words::done(lead, None, &clock))).collect();
                if said.is_empty() {
                    said.push(Saying::Plain(format!("change {change} undone")));
                }
                Ok(Answer::Done(self.rehearsed(said)))
            }
        }
    }

    /// Does a deed to a lead, if it is still as it was held.
    fn deed(&mut self, held: &Held, deed: &Deed) -> Result<Vec<Saying>, Halt> {
        self.visit.if_revision = Some(held.revision);
        let leads = Which::These(vec![LeadRef::Number(held.id)]);
        let asked = verb::put(&mut self.visit, Request::Work { leads, deed: deed.clone(), atomic: false });
        self.visit.if_revision = None;
        let clock = self.visit.clock();
        let mut said = Vec::new();
        let results = asked?;
        self.show(&results);
        for result in results {
            if let Settled::Refused(refusal) = result.settled {
                return Err(refusal.into());
            }
            said.push(Saying::Plain(words::done(&result, Some(deed), &clock)));
            let hints = result.hints.iter().filter_map(|hint| words::hint(hint, result.lead));
            said.extend(hints.map(Saying::Hint));
        }
        Ok(self.rehearsed(said))
    }

    /// Shows the changed leads before the next board comes.
    fn show(&mut self, results: &[LeadResult]) {
        if !self.visit.global.dry_run {
            for view in results.iter().filter_map(|result| result.view.clone()) {
                (self.tell)(News::Lead(view));
            }
        }
    }

    fn rehearsed(&self, mut said: Vec<Saying>) -> Vec<Saying> {
        if self.visit.global.dry_run {
            said.push(Saying::Plain("dry run: nothing was changed".to_owned()));
        }
        said
    }

    /// A lead's card as `lead show` prints it.
    fn card(&mut self, id: u64) -> Result<Vec<String>, Halt> {
        self.visit.clock();
        let mut out = self.visit.out.clone();
        (out.format, out.color) = (Some(Format::Table), ColorChoice::Never);
        let mut text = Vec::new();
        let mut rows = Rows::begin(&out, &mut text, Shape::one(What::Lead));
        self.visit.look(&Look::Show(vec![LeadRef::Number(id)]), &mut |row| Ok(rows.row(&row)?))?;
        rows.end()?;
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }
}
