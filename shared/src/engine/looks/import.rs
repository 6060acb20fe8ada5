//! The import that the caller began last and that has not ended: what `--resume` goes on with.

use std::ops::ControlFlow;

use super::{Desk, Sink};
use crate::domain::import::Import;
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::store::{Key, Table, Typed};

/// The caller's last import, unless it has ended; another's is nobody else's to go on with.
pub(super) fn import(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let (store, me) = (&desk.inner.store, desk.scope.actor());
    let mut span = Key::new().span(Table::Import);
    span.backwards = true;
    let mut last: Option<Import> = None;
    store.scan(&span, &mut |key, _| {
        let import = Key::last_number(key).map(|id| store.import(id)).transpose()?.flatten();
        last = import.filter(|import| import.created_by == me);
        Ok(if last.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if let Some(import) = last.filter(Import::is_open) {
        sink(Row::Import(Box::new(import)));
    }
    Ok(())
}
