//! One call of the program at the office: where the store is, what time it is, who acts, how to answer.
//!
//! Opens the store when it is first needed and carries every request and look there. Decides
//! nothing about leads. The verbs work through it.

use std::io::{self, IsTerminal as _};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::tz::TimeZone;
use lead_shared::client::{Client, ClientFault, Route, Setup};
use lead_shared::clock::Clock;
use lead_shared::config::places::Place;
use lead_shared::config::user_file::{self, UserFile};
use lead_shared::config::{Env, places};
use lead_shared::domain::health::Ailment;
use lead_shared::domain::pipeline::Pipeline;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{Outcome, Reply};
use lead_shared::domain::request::{Ask, Deed, Look, Request};
use lead_shared::domain::view::Row;

use crate::args::{Color, Format, Global};
use crate::halt::{Halt, said};
use crate::render::{self, ColorChoice, Output};
use crate::voice;
use crate::words;

mod aside;
mod printing;
mod watch;

/// One call of the program.
pub struct Visit<'a> {
    /// The global options.
    pub global: &'a Global,
    /// How to answer.
    pub out: Output,
    /// The environment it was called in.
    pub env: Env,
    /// The user's own file.
    pub user: UserFile,
    /// Only if the lead's revision is still this one (L10).
    pub if_revision: Option<u64>,
    clock: Clock,
    place: Place,
    as_user: Option<String>,
    client: Option<Client>,
    ailment: Option<Ailment>,
    warned: bool,
    knows_zone: bool,
    hurries: bool,
    shows: bool,
}

/// The form of rows that was asked for; beside a page people are spoken to.
pub(crate) fn form(format: Format) -> render::Format {
    match format {
        Format::Table | Format::Html => render::Format::Table,
        Format::Json => render::Format::Json,
        Format::Ndjson => render::Format::Ndjson,
        // Cards and calendars an export writes itself.
        Format::Csv | Format::Vcard | Format::Ics => render::Format::Csv,
        Format::Tsv => render::Format::Tsv,
        Format::Ids => render::Format::Ids,
    }
}

/// How to answer, by the global options alone: for errors before there is a visit.
pub fn output(global: &Global, configured: user_file::Color) -> Output {
    let format = global.asked_format().map(form);
    let color = match (global.color, configured) {
        (Some(Color::Always), _) | (None, user_file::Color::Always) => ColorChoice::Always,
        (Some(Color::Never), _) | (None, user_file::Color::Never) => ColorChoice::Never,
        (Some(Color::Auto), _) | (None, user_file::Color::Auto) => ColorChoice::Auto,
    };
    let terminal = io::stdout().is_terminal();
    Output {
        format,
        color,
        terminal,
        error_terminal: io::stderr().is_terminal(),
        width: if terminal { render::width() } else { 0 },
        quiet: global.quiet,
        zone: TimeZone::UTC,
        ink: render::ink(),
        labels: Default::default(),
    }
}

impl<'a> Visit<'a> {
    /// Reads the user's file and the clock, and finds out where the store is; opens nothing.
    ///
    /// # Errors
    /// A user's file that is not valid, a `LEAD_NOW` that is no instant, no place for a store.
    pub fn start(global: &'a Global, env: Env) -> Result<Self, Halt> {
        let user =
            UserFile::read(&env).map_err(|fault| said(2, "config", fault.to_string(), fault.hints()))?;
        let clock = Clock::from_env(env.var("LEAD_NOW"))
            .map_err(|fault| said(2, "clock", fault.to_string(), vec![fault.hint().to_owned()]))?;
        let place = places::store(global.store.as_deref().map(Path::new), &env, &user)
            .map_err(|fault| said(2, "store", fault.to_string(), vec![fault.hint().to_owned()]))?;
        let as_user = match (&global.as_user, env.var("LEAD_USER")) {
            (Some(login), _) => Some(login.clone()),
            (None, Some(login)) => {
                let text = login.to_str().map(str::to_owned);
                Some(text.ok_or_else(|| said(2, "usage", "LEAD_USER is not UTF-8", Vec::new()))?)
            }
            (None, None) => None,
        };
        let out = output(global, user.color);
        Ok(Self {
            global,
            out,
            env,
            user,
            if_revision: global.if_revision,
            clock,
            place,
            as_user,
            client: None,
            ailment: None,
            warned: false,
            knows_zone: false,
            hurries: false,
            shows: false,
        })
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// The store's folder, and who named it.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where and when its words are said: in the zone the caller lives in.
    pub fn clock(&mut self) -> words::Clock {
        self.settle_zone();
        words::Clock { zone: self.out.zone.clone(), now: self.clock.now() }
    }

    /// Learns the caller's zone, once; the system's stands in where the store does not say, and until it
    /// can be asked.
    fn settle_zone(&mut self) {
        if self.knows_zone {
            return;
        }
        if self.client.is_none() {
            self.out.zone = TimeZone::system();
            return;
        }
        self.knows_zone = true;
        let mut zone = None;
        // Who may not look is told so by what they asked for, not by this.
        let _ = self.look(&Look::Zone, &mut |row| {
            if let Row::Zone(name) = row {
                zone = TimeZone::get(&name).ok();
            }
            Ok(())
        });
        self.out.zone = zone.unwrap_or_else(TimeZone::system);
    }

    /// Learns how people see the stages, for rows that name them by id alone; the default pipeline's
    /// labels go before those of others.
    ///
    /// # Errors
    /// As [`Visit::look`].
    pub fn settle_labels(&mut self) -> Result<(), Halt> {
        let mut ids = Vec::new();
        self.look(&Look::Pipelines, &mut |row| {
            if let Row::Pipeline(view) = row {
                ids.insert(if view.default { 0 } else { ids.len() }, view.id.to_string());
            }
            Ok(())
        })?;
        for id in ids {
            let mut file = String::new();
            self.look(&Look::Pipeline(Some(id)), &mut |row| {
                if let Row::PipelineText(text) = row {
                    file = text;
                }
                Ok(())
            })?;
            for stage in Pipeline::parse(&file).map(|pipeline| pipeline.stages).unwrap_or_default() {
                self.out.labels.entry(stage.id.to_string()).or_insert(stage.label);
            }
        }
        Ok(())
    }

    /// Whether a question can be asked: somebody sits there and has not forbidden it (cli.md §4).
    pub fn can_prompt(&self) -> bool {
        !self.global.no_input && io::stdin().is_terminal() && self.out.error_terminal
    }

    /// Whether the changed records are wanted on standard output: only when a form was named.
    pub fn wants_rows(&self) -> bool {
        self.out.format.is_some()
    }

    /// Gives up on a busy store after half a second.
    pub fn hurry(&mut self) {
        self.hurries = true;
    }

    /// Opens the store; false when there is none.
    ///
    /// # Errors
    /// A store that is busy, not reachable or not fit.
    pub fn find(&mut self) -> Result<bool, Halt> {
        if self.client.is_some() {
            return Ok(true);
        }
        let open = if self.hurries { Client::open_soon } else { Client::open };
        match open(self.folder(), &self.clock) {
            Ok(client) => {
                self.greet(client);
                Ok(true)
            }
            Err(ClientFault::NoStore(_)) => Ok(false),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Makes a store and opens it.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn create(&mut self, setup: &Setup) -> Result<(), Halt> {
        let client = Client::create(self.folder(), &self.clock, setup)?;
        self.greet(client);
        Ok(())
    }

    /// Opens the store, made now if there is none; true if it was.
    ///
    /// # Errors
    /// As [`Visit::find`] and [`Visit::create`].
    pub fn enter_or_create(&mut self, setup: &Setup) -> Result<bool, Halt> {
        let (client, made) = Client::open_or_create(self.folder(), &self.clock, setup)?;
        self.greet(client);
        Ok(made)
    }

    fn greet(&mut self, client: Client) {
        let by_daemon = matches!(client.route(), Route::Daemon);
        if self.global.verbose > 0 {
            let way = if by_daemon { "through the daemon" } else { "directly" };
            voice::note(&self.out, &format!("store {}, reached {way}", self.folder().display()));
        }
        self.client = Some(client);
    }

    /// Opens the store.
    ///
    /// # Errors
    /// As [`Visit::find`], and when there is none.
    pub fn enter(&mut self) -> Result<(), Halt> {
        self.client().map(drop)
    }

    /// Whether the store was reached through the daemon.
    pub fn is_served(&self) -> bool {
        self.client.as_ref().is_some_and(|client| matches!(client.route(), Route::Daemon))
    }

    /// Leaves the store to others, until it is needed again.
    pub fn leave(&mut self) {
        self.client = None;
    }

    fn client(&mut self) -> Result<&mut Client, Halt> {
        self.find()?;
        let folder = self.folder().to_owned();
        self.client.as_mut().ok_or_else(|| ClientFault::NoStore(folder).into())
    }

    /// Asks for a change, and leaves a refusal to the caller.
    ///
    /// # Errors
    /// A fault, and a store that is not there.
    pub fn put(&mut self, request: Request) -> Result<Result<Reply, Refusal>, Halt> {
        self.put_so(request, self.global.dry_run)
    }

    fn put_so(&mut self, request: Request, dry_run: bool) -> Result<Result<Reply, Refusal>, Halt> {
        // The sentences of deeds that do several things at once are made from the lead as it is then.
        let want_views = matches!(
            &request,
            Request::Work {
                deed: Deed::Log { .. } | Deed::Edit(_) | Deed::Move { convert: Some(_), .. },
                ..
            }
        );
        let ask = Ask {
            id: random_id()?,
            request,
            dry_run,
            if_revision: self.if_revision,
            want_views: want_views || self.wants_rows() || self.shows,
        };
        let as_user = self.as_user.clone();
        let outcome = self.client()?.ask(as_user.as_deref(), &ask);
        self.compare_clocks();
        match outcome? {
            Outcome::Ok(reply) => Ok(Ok(reply)),
            Outcome::Refused(refusal) => Ok(Err(refusal)),
            Outcome::Fault(text) => Err(fault(&text)),
        }
    }

    /// Asks for a change.
    ///
    /// # Errors
    /// A refusal or a fault.
    pub fn ask(&mut self, request: Request) -> Result<Reply, Halt> {
        self.put(request)?.map_err(Halt::from)
    }

    /// Asks for a change, or only for what it would do.
    ///
    /// # Errors
    /// As [`Visit::ask`].
    pub fn ask_so(&mut self, request: Request, dry_run: bool) -> Result<Reply, Halt> {
        self.put_so(request, dry_run)?.map_err(Halt::from)
    }

    /// Looks; `on_row` sees every row and may end the look by an error.
    ///
    /// # Errors
    /// A refusal, a fault, and what `on_row` says.
    pub fn look(&mut self, look: &Look, on_row: &mut dyn FnMut(Row) -> Result<(), Halt>) -> Result<(), Halt> {
        let mut halt = None;
        let as_user = self.as_user.clone();
        let outcome = self.client()?.look(as_user.as_deref(), look, &mut |row| match on_row(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                halt = Some(why);
                ControlFlow::Break(())
            }
        });
        self.compare_clocks();
        if let Some(why) = halt {
            return Err(why);
        }
        match outcome? {
            Outcome::Ok(_) => Ok(()),
            Outcome::Refused(refusal) => Err(refusal.into()),
            Outcome::Fault(text) => Err(fault(&text)),
        }
    }
}

fn fault(text: &str) -> Halt {
    words::fault(text).into()
}

/// 16 random bytes in hex: the same id gets the same answer.
fn random_id() -> Result<String, Halt> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| fault(&format!("no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
