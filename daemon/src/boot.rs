//! Starting and stopping: locks, store, socket, and the two things that run (S1–S3).

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lead_shared::clock::Clock;
use lead_shared::config::places;
use lead_shared::config::user_file::UserFile;
use lead_shared::config::{self, Env};
use lead_shared::engine::{Engine, OpenFault};
use lead_shared::lock::{DaemonLock, LockFault};
use lead_shared::store::{StoreFault, probe};
use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tracing::{info, warn as log_warn};

use crate::args::Args;
use crate::fault::Fault;
use crate::outbox::{Outbox, Round};
use crate::server::{self, Server};
use crate::sweeper::Sweeper;
use crate::{backup, bell, policy, postman, settings, warn};

/// How much of the database the daemon keeps in memory, in bytes.
const CACHE: u64 = 64 << 20;

/// How long a `lead` that is finishing is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long requests that were begun, and the mail in flight, may take to end (S3).
const FAREWELL: Duration = Duration::from_secs(20);

/// Which store, by which clock.
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    pub(crate) clock: Clock,
}

/// Where the store is: as for `lead`.
pub(crate) fn place(args: &Args) -> Result<Place, Fault> {
    let env = Env::of_this_process();
    let clock = Clock::from_env(env.var("LEAD_NOW"))?;
    let user = UserFile::read(&env)?;
    let dir = places::store(args.store.as_deref(), &env, &user)?.folder;
    Ok(Place { dir, clock })
}

/// Takes the daemon's lock and the store; a `lead` that is finishing is waited for.
///
/// # Errors
/// [`Fault::Running`] at once when another daemon runs.
pub(crate) fn open(place: &Place) -> Result<(DaemonLock, Engine), Fault> {
    let lock = lock(place)?;
    open_store(place).map(|engine| (lock, engine))
}

fn lock(place: &Place) -> Result<DaemonLock, Fault> {
    probe(&place.dir)?;
    DaemonLock::take(&place.dir).map_err(|fault| match fault {
        LockFault::Busy { holder, .. } => Fault::Running { store: place.dir.clone(), pid: holder },
        fault => Fault::Lock(fault),
    })
}

/// Stands at the door before the store is open: requests wait meanwhile (S1).
fn listen(place: &Place) -> Result<UnixListener, Fault> {
    let policy = config::read(&place.dir)?;
    server::listen(&place.dir, policy.team.group.as_deref())
}

#[expect(clippy::disallowed_methods, reason = "the one place where the daemon waits for a busy store")]
fn open_store(place: &Place) -> Result<Engine, Fault> {
    let pause = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match Engine::open(&place.dir, CACHE) {
            Err(OpenFault::Lock(LockFault::Busy { .. }) | OpenFault::Store(StoreFault::Busy(_)))
                if waited < PATIENCE =>
            {
                std::thread::sleep(pause);
                waited += pause;
            }
            opened => return Ok(opened?),
        }
    }
}

/// One sweep, all mail that can be sent, and out; whoever asks meanwhile is served, as a slow relay
/// must hold up nobody. Exit 9 if the relay is down.
pub(crate) async fn once(place: Place) -> Result<ExitCode, Fault> {
    let _lock = lock(&place)?;
    let listener = listen(&place)?;
    let engine = Arc::new(open_store(&place)?);
    settings::mail(&engine.policy(), engine.dir())?;
    policy::try_templates(&engine);
    policy::try_names(&engine, place.clock.now());
    let (stop, stopped) = watch::channel(false);
    let server = Server::new(Arc::clone(&engine), place.clock.clone(), stopped.clone());
    let serving = tokio::spawn(server.run(listener));
    let round = sweep_and_send(&engine, &place.clock, stopped).await;
    let (copied, now) = (Arc::clone(&engine), place.clock.now());
    // One that failed is told by the log, and by the doctor.
    let _ = tokio::task::spawn_blocking(move || backup::make(&copied, now, &|| true)).await;
    let _ = stop.send(true);
    server::unlink(&place.dir);
    let _ = tokio::time::timeout(FAREWELL, serving).await;
    if let Some(relay) = &round?.relay {
        warn(&format!("error: mail could not be sent: {relay}"));
        warn("hint: it waits in the outbox; see `lead outbox list`");
        return Ok(ExitCode::from(9));
    }
    Ok(ExitCode::SUCCESS)
}

async fn sweep_and_send(
    engine: &Arc<Engine>,
    clock: &Clock,
    stopped: watch::Receiver<bool>,
) -> Result<Round, Fault> {
    let swept = engine.sweep(clock.now())?;
    info!(lapsed = swept.lapsed, reminders = swept.reminders, alerts = swept.alerts, "swept");
    Outbox::open(Arc::clone(engine), clock.clone())?.round(&Notify::new(), &stopped).await
}

/// Runs until TERM or INT.
pub(crate) async fn serve(place: Place) -> Result<ExitCode, Fault> {
    let lock = lock(&place)?;
    let (mut term, mut int, mut hup) = (
        signal(SignalKind::terminate()).map_err(Fault::Runtime)?,
        signal(SignalKind::interrupt()).map_err(Fault::Runtime)?,
        signal(SignalKind::hangup()).map_err(Fault::Runtime)?,
    );
    let listener = listen(&place)?;
    let engine = Arc::new(open_store(&place)?);
    settings::mail(&engine.policy(), engine.dir())?;
    policy::try_templates(&engine);
    policy::try_names(&engine, place.clock.now());

    let (stop, stopped) = watch::channel(false);
    let (bell, knocker) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let changed = Arc::new(AtomicBool::new(true));
    announce(&engine, &changed, &bell, &knocker);
    let clock = || place.clock.clone();
    let sweeper = Sweeper::new(Arc::clone(&engine), clock(), Arc::clone(&bell), changed, stopped.clone());
    let mut rings = bell::hang(bell).await?;
    let server = Server::new(Arc::clone(&engine), clock(), stopped.clone());
    let mut serving = tokio::spawn(server.run(listener));
    let mut sweeping = tokio::spawn(sweeper.run());
    let mut posting = tokio::spawn(postman::run(Arc::clone(&engine), clock(), knocker, stopped));

    info!(store = %place.dir.display(), pid = std::process::id(), "serving");
    warn("ready");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);

    loop {
        tokio::select! {
            _ = term.recv() => break,
            _ = int.recv() => break,
            _ = hup.recv() => policy::reload(&engine, place.clock.now()),
            _ = &mut serving => return Err(Fault::Ended("the server")),
            _ = &mut sweeping => return Err(Fault::Ended("the sweeper")),
            ended = &mut posting => return match ended {
                Ok(Err(fault)) => Err(fault),
                _ => Err(Fault::Ended("the postman")),
            },
        }
    }
    info!("stopping");
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    let _ = stop.send(true);
    let farewell = async {
        let _ = tokio::join!(serving, sweeping, posting);
        let _ = rings.shutdown().await;
    };
    let ended = tokio::select! {
        ended = tokio::time::timeout(FAREWELL, farewell) => ended.is_ok(),
        _ = term.recv() => false,
        _ = int.recv() => false,
    };
    server::unlink(&place.dir);
    if !ended {
        log_warn!("stopped before everything had ended");
        return Ok(ExitCode::from(1));
    }
    drop(engine);
    drop(lock);
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Has every commit wake the sweeper and the postman.
fn announce(engine: &Engine, changed: &Arc<AtomicBool>, bell: &Arc<Notify>, knocker: &Arc<Notify>) {
    let (changed, bell, knocker) = (Arc::clone(changed), Arc::clone(bell), Arc::clone(knocker));
    engine.on_commit(Box::new(move || {
        changed.store(true, Ordering::Release);
        bell.notify_one();
        knocker.notify_one();
    }));
}
