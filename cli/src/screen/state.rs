//! The screen as a thing that is told what happened: what it shows, what it waits for, what it wants done.
//!
//! Pure: nothing here knows a terminal, a thread or the office. `keys` tells what a key does.

use std::collections::{BTreeSet, VecDeque};

use lead_shared::domain::lead::LeadId;
use lead_shared::domain::view::ActionView;
use ratatui::crossterm::event::KeyEvent;

use super::asking::Asking;
use super::board::{Board, Place};
use super::errand::{Answer, Errand, Held, News, Saying, Snapshot};
use super::line::Line;
use crate::words::{Clock, Said};

/// The code of the refusal of L10.
const CHANGED: &str = "changed";

/// A move that is open to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What is typed for it.
    pub(super) name: String,
    /// How people see its target.
    pub(super) label: String,
    /// The target's column.
    pub(super) column: usize,
}

/// What the keys are for now.
#[derive(Clone, Debug)]
pub(super) enum Mode {
    /// Looking around.
    Browse,
    /// Choosing where a card goes; `None` while the office is asked what is open.
    Moving { held: Held, open: Option<Vec<Choice>>, at: usize },
    /// Typing a line.
    Typing { asking: Asking, held: Option<Held>, line: Line, words: Vec<String>, from: Place },
    /// Saying yes or no to an undo; no number while the office is asked what it would do.
    Undoing { change: Option<u64>, lines: Vec<String> },
    /// Reading a lead's card.
    Card { id: LeadId, lines: Vec<String>, top: usize },
    /// Reading what the keys do.
    Help { top: usize },
}

/// How the office is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Daemon,
    Direct,
    Away(Said),
}

/// What is wanted of whoever shows the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To end with this code.
    End(u8),
    /// To give the terminal back until called again.
    Suspend,
    /// To draw everything anew.
    Redraw,
}

/// All that is shown.
pub(super) struct Screen {
    pub(super) board: Board,
    pub(super) mode: Mode,
    /// What was said last.
    pub(super) panel: Vec<Saying>,
    pub(super) link: Link,
    pub(super) terms: Vec<String>,
    pub(super) clock: Clock,
    pub(super) colored: bool,
    /// What was searched for last.
    pub(super) needle: String,
    /// The errand whose answer the mode waits for.
    pub(super) awaited: Option<u64>,
    /// For how many seconds nothing came from the office.
    pub(super) silent_for: u32,
    /// Keys that came while it waited.
    pub(super) ahead: VecDeque<KeyEvent>,
    errands: Vec<(u64, Errand)>,
    /// The deeds that are not answered yet.
    open_deeds: BTreeSet<u64>,
    count: u64,
    pub(super) wish: Option<Wish>,
}

impl Screen {
    /// The screen over a board.
    pub(super) fn new(snapshot: Snapshot, colored: bool) -> Self {
        let mut screen = Self {
            board: Board::default(),
            mode: Mode::Browse,
            panel: Vec::new(),
            link: Link::Direct,
            terms: Vec::new(),
            clock: snapshot.clock.clone(),
            colored,
            needle: String::new(),
            awaited: None,
            silent_for: 0,
            ahead: VecDeque::new(),
            errands: Vec::new(),
            open_deeds: BTreeSet::new(),
            count: 0,
            wish: None,
        };
        screen.take(snapshot);
        screen
    }

    /// What is to be done at the office; each is handed over once.
    pub(super) fn errands(&mut self) -> Vec<(u64, Errand)> {
        std::mem::take(&mut self.errands)
    }

    /// Whether something that was begun is not answered yet, once these are.
    pub(super) fn has_open_deeds(&self, answered: &[u64]) -> bool {
        self.open_deeds.iter().any(|deed| !answered.contains(deed))
    }

    /// Has something done, and goes on meanwhile.
    pub(super) fn send(&mut self, errand: Errand) -> u64 {
        self.count += 1;
        if errand.is_deed() {
            self.open_deeds.insert(self.count);
        }
        self.errands.push((self.count, errand));
        self.count
    }

    /// Has something done, and waits for it.
    pub(super) fn wait_for(&mut self, errand: Errand) {
        self.awaited = Some(self.send(errand));
    }

    /// Goes back to looking around.
    pub(super) fn browse(&mut self) {
        self.mode = Mode::Browse;
        self.awaited = None;
    }

    /// Takes in what came from the office.
    pub(super) fn news(&mut self, news: News) {
        self.silent_for = 0;
        match news {
            News::Board(snapshot) => {
                self.take(*snapshot);
                if let Mode::Card { id, .. } = self.mode {
                    self.wait_for(Errand::Show(id));
                }
            }
            News::Lead(lead) => self.board.put(*lead),
            News::Away(said) => self.link = Link::Away(said),
            News::Answer(number, answer) => {
                self.open_deeds.remove(&number);
                let is_awaited = self.awaited == Some(number);
                if is_awaited {
                    self.awaited = None;
                }
                self.answered(answer, is_awaited);
                while self.awaited.is_none()
                    && let Some(key) = self.ahead.pop_front()
                {
                    self.key(key);
                }
            }
            News::Alive | News::Gone => {}
        }
    }

    fn take(&mut self, snapshot: Snapshot) {
        self.link = if snapshot.served { Link::Daemon } else { Link::Direct };
        self.terms = snapshot.terms;
        self.clock = snapshot.clock;
        self.board.renew(snapshot.lanes);
        if let Mode::Moving { open: Some(_), held, .. } = &self.mode
            && self.board.find(held.id).is_none_or(|lead| lead.revision != held.revision)
        {
            self.panel = vec![Saying::Plain(format!("{} was changed by someone else just now", held.id))];
            self.browse();
        }
    }

    fn answered(&mut self, answer: Answer, is_awaited: bool) {
        match answer {
            Answer::Done(said) => {
                self.panel = said;
                if is_awaited {
                    self.browse();
                }
            }
            Answer::Refused(said) => self.refused(&said, is_awaited),
            Answer::Card(now) => {
                if let Mode::Card { lines, .. } = &mut self.mode {
                    *lines = now;
                }
            }
            Answer::Words(now) => {
                if let Mode::Typing { words, .. } = &mut self.mode {
                    *words = now;
                }
            }
            Answer::Open(actions) if is_awaited => self.opened(&actions),
            Answer::Undoing(number, now) if is_awaited => {
                self.mode = Mode::Undoing { change: Some(number), lines: now };
            }
            Answer::Open(_) | Answer::Undoing(..) => {}
        }
    }

    /// Says why not. A line that is being typed stays, to be mended; a card that has changed is held
    /// anew, since it has been said and the board shows by now how it is.
    fn refused(&mut self, said: &Said, is_awaited: bool) {
        self.panel = Saying::all(said);
        match &mut self.mode {
            Mode::Typing { held: Some(held), .. } if is_awaited && said.code == CHANGED => {
                if let Some(lead) = self.board.find(held.id) {
                    *held = Held::of(lead);
                }
            }
            Mode::Typing { .. } => {}
            _ if is_awaited => self.browse(),
            _ => {}
        }
    }

    /// Learns which moves are open to the card that is held.
    fn opened(&mut self, actions: &[ActionView]) {
        let Mode::Moving { held, open, at } = &mut self.mode else { return };
        let lanes = self.board.lanes();
        let Some(lead) = self.board.find(held.id) else { return self.browse() };
        let column = |stage| {
            let is_it = |lane: &crate::render::Lane| {
                lane.column.pipeline == lead.pipeline && lane.column.stage == stage
            };
            lanes.iter().position(is_it)
        };
        let mut moves: Vec<Choice> = Vec::new();
        for action in actions {
            if let (Some(_), Some(to)) = (action.kind, &action.to)
                && let Some(column) = column(to.clone())
            {
                let label = action.to_label.clone().unwrap_or_else(|| to.to_string());
                moves.push(Choice { name: action.name.clone(), label, column });
            }
        }
        if moves.is_empty() {
            let others = actions.iter().map(|action| action.name.as_str()).collect::<Vec<_>>().join(", ");
            let mut said =
                vec![Saying::Plain(format!("no move is open to {} in {}", held.id, lead.stage_label))];
            if !others.is_empty() {
                said.push(Saying::Hint(format!("open to it: {others}")));
            }
            self.panel = said;
            return self.browse();
        }
        // In the order in which the columns stand; what the file names first of one column stands first.
        moves.sort_by_key(|choice| choice.column);
        let here = column(lead.stage.clone()).unwrap_or_default();
        *at = moves.iter().position(|choice| choice.column > here).unwrap_or_default();
        *open = Some(moves);
    }
}
