//! The full-screen board: `lead board -i`.
//!
//! `state` is what is shown and `keys` what a key does to it, both pure; `draw` draws it; `courier` goes
//! to the office in a thread of its own, by the very requests of the verbs; `terminal` and `signals` keep
//! the terminal safe. Here they are brought together. The only home of ratatui.

mod asking;
mod board;
mod courier;
mod draw;
mod errand;
mod gate;
mod keys;
mod line;
mod state;
pub mod terminal;

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::halt::{Halt, said, usage};
use crate::signals::{self, Signal};
use crate::visit::Visit;
use crate::voice;
use crate::words;
use errand::{Answer, Errand, News, Saying};
use gate::Gate;
use state::{Screen, Wish};
use terminal::Canvas;

/// How often it is looked whether the terminal is still there.
const GLANCE: Duration = Duration::from_secs(1);
/// How long the end, or a stop, waits for an errand that is being done.
const PARTING: Duration = Duration::from_secs(5);
/// As when the terminal hangs up.
const HUNG_UP: u8 = 128 + 1;

/// Something that happened.
enum Happening {
    Typed(Event),
    Signal(Signal),
    News(News),
}

/// Shows the board until its reader has seen enough; the exit code.
///
/// # Errors
/// No terminal to show it on, a form that was asked for, terms that are none, a store that cannot be
/// reached to begin with, and a board that broke off.
pub(crate) fn show(visit: &mut Visit<'_>, terms: &[String]) -> Result<u8, Halt> {
    fits(visit)?;
    // What is said of the store and its clock is said before the terminal is taken.
    visit.enter()?;
    visit.clock();
    visit.leave();
    let (happened, happenings) = mpsc::channel();
    let gate = Arc::new(Gate::default());
    let errands = set_out(visit, terms, Arc::clone(&gate), happened.clone());
    let snapshot = loop {
        match happenings.recv() {
            Ok(Happening::News(News::Board(snapshot))) => break *snapshot,
            Ok(Happening::News(News::Alive)) => {}
            Ok(Happening::News(News::Away(said))) => return Err(said.into()),
            _ => return Err(broke_off()),
        }
    };
    let mut screen = Screen::new(snapshot, visit.out.is_colored());
    let told = happened.clone();
    signals::tell(move |signal| drop(told.send(Happening::Signal(signal))))?;
    let ended = terminal::held(|canvas| {
        thread::spawn(move || {
            while let Ok(typed) = event::read() {
                if happened.send(Happening::Typed(typed)).is_err() {
                    break;
                }
            }
        });
        run(canvas, &mut screen, &happenings, &errands, &gate)
    });
    drop(errands);
    let answered = part(visit, &happenings);
    if screen.has_open_deeds(&answered) {
        let hints = vec!["`lead history --since today`".to_owned()];
        let told = "the store did not answer: nobody knows whether the last thing was done";
        return Err(said(1, "unknown", told, hints).into());
    }
    // Whatever went wrong with a terminal that is gone went wrong with that.
    if io::stdin().is_terminal() { ended } else { Ok(HUNG_UP) }
}

/// Waits until what was begun at the office is done and the store is let go, and says what came of it; the
/// errands that were answered.
fn part(visit: &Visit<'_>, happenings: &Receiver<Happening>) -> Vec<u64> {
    let mut answered = Vec::new();
    while let Ok(happening) = happenings.recv_timeout(PARTING) {
        match happening {
            Happening::News(News::Gone) | Happening::Signal(Signal::End(_)) => break,
            Happening::News(News::Answer(number, Answer::Refused(said))) => {
                answered.push(number);
                voice::error(&visit.out, &said);
            }
            Happening::News(News::Answer(number, Answer::Done(sayings))) => {
                answered.push(number);
                for saying in sayings {
                    match saying {
                        Saying::Plain(said) | Saying::Error(said) => voice::say(&visit.out, &said),
                        Saying::Hint(hint) => voice::hint(&visit.out, &hint),
                    }
                }
            }
            _ => {}
        }
    }
    answered
}

fn fits(visit: &Visit<'_>) -> Result<(), Halt> {
    let here = || vec!["`lead board` prints the columns anywhere".to_owned()];
    if visit.global.asked_format().is_some() {
        return Err(usage("the full-screen board has no other form", here()));
    }
    if visit.global.no_input {
        return Err(usage("the full-screen board takes keys, and `--no-input` forbids to ask", here()));
    }
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Err(usage("the full-screen board needs a terminal", here()));
    }
    if visit.env.var("TERM").is_none_or(|term| term == "dumb") {
        return Err(usage("the full-screen board needs a terminal that can place its letters", here()));
    }
    Ok(())
}

/// Sends out whoever goes to the office; errands go in by what is returned.
fn set_out(
    visit: &Visit<'_>,
    terms: &[String],
    gate: Arc<Gate>,
    happened: Sender<Happening>,
) -> Sender<(u64, Errand)> {
    let (send, errands) = mpsc::channel();
    let mut global = visit.global.clone();
    global.verbose = 0;
    let (env, terms) = (visit.env.clone(), terms.to_vec());
    thread::spawn(move || {
        let ended = Ended(happened);
        courier::run(&global, env, terms, &errands, &gate, &mut |news| ended.tell(news));
    });
    send
}

/// Tells that a thread has ended, however it did.
struct Ended(Sender<Happening>);

impl Ended {
    fn tell(&self, news: News) {
        let _ = self.0.send(Happening::News(news));
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.tell(News::Gone);
    }
}

/// Draws, waits for something to happen, and takes it in.
fn run(
    canvas: &mut Canvas,
    screen: &mut Screen,
    happenings: &Receiver<Happening>,
    errands: &Sender<(u64, Errand)>,
    gate: &Gate,
) -> Result<u8, Halt> {
    let mut is_drawn = false;
    loop {
        if !is_drawn {
            canvas.draw(|frame| draw::screen(screen, frame))?;
        }
        let first = match happenings.recv_timeout(GLANCE) {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Err(broke_off()),
        };
        screen.silent_for += u32::from(first.is_none());
        is_drawn = matches!(first, Some(Happening::News(News::Alive))) && screen.silent_for == 0;
        // Whoever reads the keys of a terminal that is gone is told so by nobody.
        if !io::stdin().is_terminal() {
            return Ok(HUNG_UP);
        }
        // Whatever is there already is drawn once.
        for happening in first.into_iter().chain(happenings.try_iter()) {
            is_drawn &= matches!(happening, Happening::News(News::Alive));
            match happening {
                Happening::Typed(Event::Key(key)) if key.kind != KeyEventKind::Release => screen.key(key),
                Happening::Typed(Event::Paste(text)) => screen.paste(&text),
                Happening::Typed(_) => {}
                Happening::Signal(Signal::End(code)) => return Ok(code),
                Happening::Signal(Signal::Stop) => screen.wish = Some(Wish::Suspend),
                Happening::Signal(Signal::Wake) => {
                    terminal::take()?;
                    terminal::blank(canvas)?;
                }
                Happening::News(News::Gone) => return Err(broke_off()),
                Happening::News(news) => screen.news(news),
            }
            for errand in screen.errands() {
                // Whoever is gone has said so.
                let _ = errands.send(errand);
            }
            match screen.wish.take() {
                Some(Wish::End(code)) => return Ok(code),
                Some(Wish::Suspend) => {
                    terminal::give_back();
                    gate.shut_while(PARTING, signals::stop);
                    terminal::take()?;
                    terminal::blank(canvas)?;
                }
                Some(Wish::Redraw) => terminal::blank(canvas)?,
                None => {}
            }
        }
    }
}

fn broke_off() -> Halt {
    words::fault("the board broke off: nobody goes to the store any more").into()
}

#[cfg(test)]
mod tests;
