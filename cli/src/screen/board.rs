//! The board as it is looked at: its columns and cards, which card is chosen, how far it is scrolled.
//!
//! One pipeline is seen at a time. A card that is chosen stays so when others change the board,
//! wherever it goes; where it is gone, the card in its place is chosen.

use std::ops::Range;

use lead_shared::domain::lead::LeadId;
use lead_shared::domain::text;
use lead_shared::domain::view::LeadView;

use crate::render::Lane;

/// A place on the board: the column, and the card in it.
pub(super) type Place = (usize, usize);

/// How far a column is scrolled, and which of its cards was chosen last.
#[derive(Clone, Copy, Debug, Default)]
struct Stand {
    row: usize,
    top: usize,
}

/// Columns, and where one is.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    lanes: Vec<Lane>,
    stands: Vec<Stand>,
    column: usize,
    /// The first column that is seen, and how many are.
    left: usize,
    seen: usize,
    /// How many cards of a column are seen.
    room: usize,
}

impl Board {
    /// Takes in the board as it is now.
    pub(super) fn renew(&mut self, lanes: Vec<Lane>) {
        let chosen = self.chosen().map(|lead| lead.id);
        let here = self.lanes.get(self.column).map(key);
        let stands = lanes.iter().map(|lane| {
            let before = self.lanes.iter().position(|old| key(old) == key(lane));
            before.map(|at| self.stands[at]).unwrap_or_default()
        });
        self.stands = stands.collect();
        self.column = here
            .and_then(|here| lanes.iter().position(|lane| key(lane) == here))
            .unwrap_or_else(|| lanes.iter().position(|lane| !lane.leads.is_empty()).unwrap_or_default());
        self.lanes = lanes;
        if let Some(place) = chosen.and_then(|id| self.place(id)) {
            self.go(place);
        }
        self.settle();
    }

    /// Takes in one lead as it is now: in its place, or on top of the column it has come to.
    pub(super) fn put(&mut self, lead: LeadView) {
        let is_its = |lane: &Lane| lane.column.pipeline == lead.pipeline && lane.column.stage == lead.stage;
        let Some((column, row)) = self.place(lead.id) else { return };
        let is_chosen = self.chosen().is_some_and(|chosen| chosen.id == lead.id);
        match self.lanes.iter().position(is_its) {
            Some(to) if to != column => {
                self.lanes[column].leads.remove(row);
                self.lanes[to].leads.insert(0, lead);
                if is_chosen {
                    self.go((to, 0));
                }
            }
            Some(_) => self.lanes[column].leads[row] = lead,
            None => {}
        }
        self.settle();
    }

    pub(super) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The columns of the pipeline that is seen.
    pub(super) fn sheet(&self) -> Range<usize> {
        let Some(here) = self.lanes.get(self.column) else { return 0..0 };
        let is_of_it = |lane: &Lane| lane.column.pipeline == here.column.pipeline;
        let first = self.lanes.iter().position(is_of_it).unwrap_or_default();
        first..first + self.lanes[first..].iter().take_while(|lane| is_of_it(lane)).count()
    }

    /// Which of how many pipelines is seen, from 1.
    pub(super) fn sheets(&self) -> (usize, usize) {
        let starts = self.starts();
        let here = starts.iter().take_while(|start| **start <= self.column).count();
        (here, starts.len())
    }

    fn starts(&self) -> Vec<usize> {
        let is_start =
            |at: &usize| *at == 0 || self.lanes[at - 1].column.pipeline != self.lanes[*at].column.pipeline;
        (0..self.lanes.len()).filter(is_start).collect()
    }

    /// The column one is in.
    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// The columns that are seen.
    pub(super) fn seen(&self) -> Range<usize> {
        self.left..(self.left + self.seen).min(self.sheet().end)
    }

    /// The first card of a column that is seen, and the one that is chosen there.
    pub(super) fn stand(&self, column: usize) -> (usize, usize) {
        self.stands.get(column).map_or((0, 0), |stand| (stand.top, stand.row))
    }

    /// The card that is chosen.
    pub(super) fn chosen(&self) -> Option<&LeadView> {
        let row = self.stands.get(self.column)?.row;
        self.lanes.get(self.column)?.leads.get(row)
    }

    pub(super) fn find(&self, id: LeadId) -> Option<&LeadView> {
        self.place(id).map(|(column, row)| &self.lanes[column].leads[row])
    }

    fn place(&self, id: LeadId) -> Option<Place> {
        let found = |(column, lane): (usize, &Lane)| {
            lane.leads.iter().position(|lead| lead.id == id).map(|row| (column, row))
        };
        self.lanes.iter().enumerate().find_map(found)
    }

    /// How many cards the pipeline that is seen has.
    pub(super) fn count(&self) -> usize {
        self.lanes[self.sheet()].iter().map(|lane| lane.leads.len()).sum()
    }

    /// Chooses the card of a place.
    pub(super) fn go(&mut self, (column, row): Place) {
        self.column = column;
        if let Some(stand) = self.stands.get_mut(column) {
            stand.row = row;
        }
        self.settle();
    }

    /// Where one is.
    pub(super) fn here(&self) -> Place {
        (self.column, self.stand(self.column).1)
    }

    /// So many columns to the right, no further than the pipeline goes.
    pub(super) fn step_column(&mut self, by: isize) {
        let sheet = self.sheet();
        if !sheet.is_empty() {
            self.column = self.column.saturating_add_signed(by).clamp(sheet.start, sheet.end - 1);
        }
        self.settle();
    }

    /// The next column, behind the last the first.
    pub(super) fn turn_column(&mut self, by: isize) {
        let sheet = self.sheet();
        if let Some(count) = isize::try_from(sheet.len()).ok().filter(|count| *count > 0) {
            let at = isize::try_from(self.column - sheet.start).unwrap_or_default();
            self.column = sheet.start.saturating_add_signed((at + by).rem_euclid(count));
        }
        self.settle();
    }

    /// The first column of the next pipeline, behind the last of the first.
    pub(super) fn turn_sheet(&mut self) {
        let starts = self.starts();
        let next = starts.iter().find(|start| **start > self.column).or(starts.first());
        self.column = next.copied().unwrap_or_default();
        self.left = self.column;
        self.settle();
    }

    /// So many cards down.
    pub(super) fn step_card(&mut self, by: isize) {
        if let Some(stand) = self.stands.get_mut(self.column) {
            stand.row = stand.row.saturating_add_signed(by);
        }
        self.settle();
    }

    /// How many cards a page has.
    pub(super) fn page(&self) -> isize {
        isize::try_from(self.room.saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// Tells how many columns, and how many cards of each, there is room for; `shown` is a column
    /// that must be seen in place of the one where one is.
    pub(super) fn fit(&mut self, columns: usize, cards: usize, shown: Option<usize>) {
        (self.seen, self.room) = (columns.max(1), cards.max(1));
        self.settle();
        self.reveal(shown.unwrap_or(self.column));
    }

    fn reveal(&mut self, column: usize) {
        let sheet = self.sheet();
        let last = sheet.end.saturating_sub(self.seen).max(sheet.start);
        let least = (column + 1).saturating_sub(self.seen);
        self.left = self.left.clamp(least, column.max(least)).clamp(sheet.start, last);
    }

    /// Keeps what is chosen within the columns, and in sight.
    fn settle(&mut self) {
        for (stand, lane) in self.stands.iter_mut().zip(&self.lanes) {
            stand.row = stand.row.min(lane.leads.len().saturating_sub(1));
            let last = lane.leads.len().saturating_sub(self.room);
            let least = (stand.row + 1).saturating_sub(self.room);
            stand.top = stand.top.clamp(least, stand.row.max(least)).min(last);
        }
    }

    /// The cards of the pipeline that is seen that have the text, column by column.
    pub(super) fn hits(&self, typed: &str) -> Vec<Place> {
        let needle = text::fold(typed.trim());
        if needle.is_empty() {
            return Vec::new();
        }
        let sheet = self.sheet();
        let lanes = self.lanes[sheet.clone()].iter().zip(sheet);
        let in_lane = |(lane, column): (&Lane, usize)| {
            let rows = lane.leads.iter().enumerate().filter(|(_, lead)| has(lead, &needle));
            rows.map(|(row, _)| (column, row)).collect::<Vec<_>>()
        };
        lanes.flat_map(in_lane).collect()
    }
}

fn key(lane: &Lane) -> (String, String) {
    (lane.column.pipeline.to_string(), lane.column.stage.to_string())
}

/// Whether a card has the folded text in its number, name, firm, addresses, phone, source, tags or holder.
fn has(lead: &LeadView, needle: &str) -> bool {
    let texts = [
        Some(lead.name.as_str()),
        lead.company.as_deref(),
        lead.email.as_deref(),
        lead.address.as_deref(),
        lead.phone.as_ref().map(|phone| phone.typed.as_str()),
        lead.source.as_deref(),
        lead.assignee.as_ref().map(|login| login.as_str()),
    ];
    texts.into_iter().flatten().any(|one| text::contains(one, needle))
        || lead.tags.iter().any(|tag| text::contains(tag, needle))
        || lead.id.to_string() == needle
}

#[cfg(test)]
mod tests;
