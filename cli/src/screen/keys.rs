//! What each key does, in each mode.

use lead_shared::domain::filter::split;
use lead_shared::domain::request::Deed;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::asking::Asking;
use super::board::Place;
use super::errand::{Errand, Held};
use super::line::Line;
use super::state::{Mode, Screen, Wish};
use crate::halt::said;

/// As when the program is interrupted.
const INTERRUPTED: u8 = 130;

impl Screen {
    /// Does what a key says. While an answer is waited for, keys wait, too; `Esc` does not.
    pub(super) fn key(&mut self, key: KeyEvent) {
        // `Esc` and a letter close behind it arrive as one; no key of ours is typed with `Alt`.
        if key.modifiers.contains(KeyModifiers::ALT) {
            self.key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
            return self.key(KeyEvent::new(key.code, key.modifiers.difference(KeyModifiers::ALT)));
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if control => return self.wish = Some(Wish::End(INTERRUPTED)),
            KeyCode::Char('z') if control => return self.wish = Some(Wish::Suspend),
            KeyCode::Char('l') if control => {
                self.wish = Some(Wish::Redraw);
                self.send(Errand::Reload);
                return;
            }
            KeyCode::Esc => self.ahead.clear(),
            _ if self.awaited.is_some() && !matches!(self.mode, Mode::Card { .. }) => {
                return self.ahead.push_back(key);
            }
            _ => {}
        }
        match &mut self.mode {
            Mode::Browse => self.browsing(key, control),
            Mode::Moving { .. } => self.moving(key.code),
            Mode::Typing { .. } => self.typing(key),
            Mode::Undoing { change, .. } => match (key.code, *change) {
                (KeyCode::Char('y' | 'Y'), Some(change)) => self.wait_for(Errand::Undo(change)),
                (KeyCode::Esc | KeyCode::Enter | KeyCode::Char('n' | 'N' | 'q'), _) => self.browse(),
                _ => {}
            },
            Mode::Card { top, .. } | Mode::Help { top } => match key.code {
                KeyCode::Down | KeyCode::Char('j') => *top = top.saturating_add(1),
                KeyCode::Up | KeyCode::Char('k') => *top = top.saturating_sub(1),
                KeyCode::PageDown | KeyCode::Char(' ') => *top = top.saturating_add(10),
                KeyCode::PageUp => *top = top.saturating_sub(10),
                KeyCode::Home | KeyCode::Char('g') => *top = 0,
                KeyCode::End | KeyCode::Char('G') => *top = usize::MAX,
                KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | '?') => self.browse(),
                code if matches!(self.mode, Mode::Card { .. }) && is_deed(code) => {
                    self.browse();
                    self.browsing(key, control);
                }
                _ => {}
            },
        }
    }

    /// Takes in a text that was pasted: into a line, or nowhere.
    pub(super) fn paste(&mut self, text: &str) {
        if let Mode::Typing { line, .. } = &mut self.mode
            && self.awaited.is_none()
        {
            line.paste(text);
            self.sought();
        }
    }

    fn browsing(&mut self, key: KeyEvent, control: bool) {
        self.panel.clear();
        let page = self.board.page();
        match key.code {
            KeyCode::Char('d') if control => self.board.step_card(page / 2 + 1),
            KeyCode::Char('u') if control => self.board.step_card(-(page / 2 + 1)),
            _ if control => {}
            KeyCode::Left | KeyCode::Char('h') => self.board.step_column(-1),
            KeyCode::Right | KeyCode::Char('l') => self.board.step_column(1),
            KeyCode::Down | KeyCode::Char('j') => self.board.step_card(1),
            KeyCode::Up | KeyCode::Char('k') => self.board.step_card(-1),
            KeyCode::PageDown => self.board.step_card(page),
            KeyCode::PageUp => self.board.step_card(-page),
            KeyCode::Home | KeyCode::Char('g') => self.board.step_card(isize::MIN),
            KeyCode::End | KeyCode::Char('G') => self.board.step_card(isize::MAX),
            KeyCode::Tab => self.board.turn_column(1),
            KeyCode::BackTab => self.board.turn_column(-1),
            KeyCode::Char('p') => self.board.turn_sheet(),
            KeyCode::Enter => {
                if let Some(id) = self.board.chosen().map(|lead| lead.id) {
                    self.mode = Mode::Card { id, lines: Vec::new(), top: 0 };
                    self.wait_for(Errand::Show(id));
                }
            }
            KeyCode::Char('m') => {
                if let Some(held) = self.board.chosen().map(Held::of) {
                    self.wait_for(Errand::Open(held.id));
                    self.mode = Mode::Moving { held, open: None, at: 0 };
                }
            }
            KeyCode::Char('c') => self.act(Deed::Claim),
            KeyCode::Char('w') => self.act(Deed::Own),
            KeyCode::Char('R') => self.act(Deed::Release),
            KeyCode::Char('o') => self.begin(Asking::Log),
            KeyCode::Char('s') => self.begin(Asking::Schedule),
            KeyCode::Char('n') => self.begin(Asking::Note),
            KeyCode::Char('a') => self.begin(Asking::Assign),
            KeyCode::Char('t') => self.begin(Asking::Tag),
            KeyCode::Char('C') => self.begin(Asking::Convert),
            KeyCode::Char('f') => self.begin(Asking::Filter),
            KeyCode::Char('/') => self.begin(Asking::Search),
            KeyCode::Char('u') => self.undo(Errand::Undoing(None)),
            KeyCode::Char('U') => {
                if let Some(id) = self.board.chosen().map(|lead| lead.id) {
                    self.undo(Errand::Undoing(Some(id)));
                }
            }
            KeyCode::Char('r') => drop(self.send(Errand::Reload)),
            KeyCode::Char('?') => self.mode = Mode::Help { top: 0 },
            KeyCode::Char('q') => self.wish = Some(Wish::End(0)),
            _ => {}
        }
    }

    /// Does something to the chosen card, and goes on.
    fn act(&mut self, deed: Deed) {
        if let Some(held) = self.board.chosen().map(Held::of) {
            self.send(Errand::Do(held, deed));
        }
    }

    fn undo(&mut self, errand: Errand) {
        self.mode = Mode::Undoing { change: None, lines: Vec::new() };
        self.wait_for(errand);
    }

    /// Begins a line; one about a card needs one.
    fn begin(&mut self, asking: Asking) {
        let line = match asking {
            Asking::Filter => Line::of(&shown_terms(&self.terms)),
            _ => Line::default(),
        };
        let held = match asking {
            Asking::Filter | Asking::Search => None,
            _ => match self.board.chosen().map(Held::of) {
                Some(held) => Some(held),
                None => return,
            },
        };
        match (asking, self.board.chosen()) {
            (Asking::Log, Some(lead)) => drop(self.send(Errand::Kinds(lead.pipeline.clone()))),
            (Asking::Assign, _) => drop(self.send(Errand::People)),
            _ => {}
        }
        let from = self.board.here();
        self.mode = Mode::Typing { asking, held, line, words: Vec::new(), from };
    }

    fn moving(&mut self, code: KeyCode) {
        let Mode::Moving { held, open, at } = &mut self.mode else { return };
        let count = open.as_ref().map_or(0, Vec::len);
        match code {
            KeyCode::Left | KeyCode::Up | KeyCode::BackTab | KeyCode::Char('h' | 'k') => {
                *at = at.saturating_sub(1);
            }
            KeyCode::Right | KeyCode::Down | KeyCode::Tab | KeyCode::Char('l' | 'j') => {
                *at = (*at + 1).min(count.saturating_sub(1));
            }
            KeyCode::Home | KeyCode::Char('g') => *at = 0,
            KeyCode::End | KeyCode::Char('G') => *at = count.saturating_sub(1),
            KeyCode::Char(digit @ '1'..='9') => {
                let chosen = usize::from(digit as u8 - b'1');
                *at = if chosen < count { chosen } else { *at };
            }
            KeyCode::Enter | KeyCode::Char('m') => {
                if let Some(choice) = open.as_ref().and_then(|open| open.get(*at)) {
                    let deed = Deed::Move { target: choice.name.clone(), convert: None };
                    let held = held.clone();
                    self.wait_for(Errand::Do(held, deed));
                }
            }
            KeyCode::Esc | KeyCode::Char('q') => self.browse(),
            _ => {}
        }
    }

    fn typing(&mut self, key: KeyEvent) {
        let Mode::Typing { asking, held, line, from, .. } = &mut self.mode else { return };
        let (asking, from) = (*asking, *from);
        match key.code {
            KeyCode::Esc => {
                self.panel.clear();
                if asking == Asking::Search {
                    self.board.go(from);
                }
                self.browse();
            }
            KeyCode::Up | KeyCode::BackTab if asking == Asking::Search => {
                self.seek(|at, count| at + count - 1);
            }
            KeyCode::Down | KeyCode::Tab if asking == Asking::Search => self.seek(|at, _| at + 1),
            KeyCode::Enter => {
                let (typed, held) = (line.text(), held.clone());
                self.panel.clear();
                match (asking, held) {
                    (Asking::Search, _) => self.land(typed),
                    (Asking::Filter, _) => match split(&typed) {
                        Ok(terms) => self.wait_for(Errand::Filter(terms)),
                        Err(flaw) => {
                            let said = said(2, "invalid", format!("filter {}", flaw.why), flaw.hints);
                            self.panel = super::errand::Saying::all(&said);
                        }
                    },
                    (_, Some(held)) => match asking.deed(&held, &typed) {
                        Ok(deed) => self.wait_for(Errand::Do(held, deed)),
                        Err(said) => self.panel = super::errand::Saying::all(&said),
                    },
                    (_, None) => self.browse(),
                }
            }
            _ => {
                if line.key(key) {
                    self.sought();
                }
            }
        }
    }

    /// Goes to the first card, from where one began, that has what is typed.
    fn sought(&mut self) {
        let Mode::Typing { asking: Asking::Search, line, from, .. } = &self.mode else { return };
        let (from, hits) = (*from, self.board.hits(&line.text()));
        self.board.go(hits.iter().find(|hit| **hit >= from).or(hits.first()).copied().unwrap_or(from));
    }

    /// Goes from one card that has what is typed to another, behind the last to the first.
    fn seek(&mut self, next: impl Fn(usize, usize) -> usize) {
        let Mode::Typing { line, .. } = &self.mode else { return };
        let typed = line.text();
        let hits: Vec<Place> = self.board.hits(if typed.is_empty() { &self.needle } else { &typed });
        let here = self.board.here();
        if let Some(count) = Some(hits.len()).filter(|count| *count > 0) {
            let at = hits.iter().position(|hit| *hit == here);
            let to = at.map_or_else(
                || hits.iter().position(|hit| *hit > here).unwrap_or_default(),
                |at| next(at, count) % count,
            );
            self.board.go(hits[to]);
        }
    }

    /// Ends a search where it is; without a text, at the next card that has the former one.
    fn land(&mut self, typed: String) {
        if typed.is_empty() {
            self.seek(|at, _| at + 1);
        } else if self.board.hits(&typed).is_empty() {
            self.panel = vec![super::errand::Saying::Plain(format!("no card has `{typed}`"))];
        }
        if !typed.is_empty() {
            self.needle = typed;
        }
        self.browse();
    }
}

/// Whether a key of a card is one of the board's.
fn is_deed(code: KeyCode) -> bool {
    matches!(code, KeyCode::Char('m' | 'c' | 'w' | 'R' | 'o' | 's' | 'n' | 'a' | 't' | 'C' | 'u' | 'U'))
}

/// Terms as they are typed in one line.
pub(super) fn shown_terms(terms: &[String]) -> String {
    let shown = terms.iter().map(|term| {
        let is_plain = !term.contains(char::is_whitespace) && !term.contains(['"', '\'']);
        if is_plain {
            term.clone()
        } else {
            format!("\"{}\"", term.replace('\\', r"\\").replace('"', "\\\""))
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}
