//! A visit that stays: the history as it goes on, and a store that is let go between two looks.

use std::ops::ControlFlow;

use lead_shared::client::{Client, Pulse, Route, Watch};
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::view::Row;

use super::{Visit, fault};
use crate::halt::Halt;
use crate::render;

impl Visit<'_> {
    /// Follows the history; `on_row` sees every row, says whether to go on and may end it by an
    /// error; so does standard output that nobody reads any more. The store is let go at the end.
    ///
    /// # Errors
    /// A refusal, a fault, and what `on_row` says.
    pub fn watch(
        &mut self,
        watch: &Watch,
        on_row: &mut dyn FnMut(Row) -> Result<bool, Halt>,
    ) -> Result<(), Halt> {
        self.enter()?;
        let Some(client) = self.client.take() else { return Ok(()) };
        let mut halt = None;
        let outcome =
            client.watch(self.as_user.as_deref(), watch, &render::is_read, &mut |row| match on_row(row) {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => ControlFlow::Break(()),
                Err(why) => {
                    halt = Some(why);
                    ControlFlow::Break(())
                }
            });
        if let Some(why) = halt {
            return Err(why);
        }
        match outcome? {
            Outcome::Ok(_) => Ok(()),
            Outcome::Refused(refusal) => Err(refusal.into()),
            Outcome::Fault(text) => Err(fault(&text)),
        }
    }

    /// Whether the store is open, or a daemon on the line.
    pub fn is_inside(&self) -> bool {
        self.client.is_some()
    }

    /// Leaves a store that was opened to others, until it is needed again; how it was then. A daemon
    /// stays on the line.
    pub fn pause(&mut self) -> Option<Pulse> {
        let opened = self.client.take_if(|client| matches!(client.route(), Route::Direct));
        opened.as_ref().map(Client::pulse)
    }

    /// From now on says nothing beside its answers, since standard error is somebody's screen, and has
    /// the changed leads come with each.
    pub fn go_on_screen(&mut self) {
        self.warned = true;
        self.out.quiet = true;
        self.shows = true;
    }
}
