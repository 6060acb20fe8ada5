//! A store over another: what is written stays in memory and is forgotten, the other is only read.
//!
//! What time will do is found out by having it done here (N3): the same code, and nothing is kept.
//! The engine makes one for a plan and drops it.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::{Arc, PoisonError, RwLock};

use super::{Finish, Rows, Span, Store, StoreFault, Table, Txn, Visit};

/// Rows by table and key; none where a row was removed.
type Written = BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>;

/// See the module.
pub struct Rehearsal {
    base: Arc<dyn Store>,
    written: RwLock<Written>,
}

impl Rehearsal {
    /// A store that is as `base` is, as long as nobody writes to either.
    pub fn over(base: Arc<dyn Store>) -> Self {
        Self { base, written: RwLock::default() }
    }

    fn with<T>(&self, look: impl FnOnce(&Written) -> T) -> T {
        look(&self.written.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was written of a stretch, in its order.
    fn stretch(&self, span: &Span) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let from = Bound::Included((span.table, span.from.clone()));
        let mut rows: Vec<_> = self.with(|written| {
            let behind = |key: &[u8]| span.to.as_deref().is_some_and(|to| key >= to);
            let mine = written.range((from, Bound::Unbounded));
            let mine = mine.take_while(|((table, key), _)| *table == span.table && !behind(key));
            mine.map(|((_, key), value)| (key.clone(), value.clone())).collect()
        });
        if span.backwards {
            rows.reverse();
        }
        rows
    }
}

impl Rows for Rehearsal {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        match self.with(|written| written.get(&(table, key.to_vec())).cloned()) {
            Some(value) => Ok(value),
            None => self.base.get(table, key),
        }
    }
}

impl Store for Rehearsal {
    fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        let mut mine = self.stretch(span).into_iter().peekable();
        let mut is_over = false;
        self.base.scan(span, &mut |key, value| {
            let before = |own: &[u8]| if span.backwards { own > key } else { own < key };
            while let Some((own, value)) = mine.next_if(|(own, _)| before(own)) {
                if let Some(value) = value
                    && visit(&own, &value)?.is_break()
                {
                    is_over = true;
                    return Ok(ControlFlow::Break(()));
                }
            }
            let flow = match mine.next_if(|(own, _)| own == key) {
                None => visit(key, value)?,
                Some((_, Some(value))) => visit(key, &value)?,
                Some((_, None)) => ControlFlow::Continue(()),
            };
            is_over = flow.is_break();
            Ok(flow)
        })?;
        if is_over {
            return Ok(());
        }
        for (own, value) in mine {
            if let Some(value) = value
                && visit(&own, &value)?.is_break()
            {
                break;
            }
        }
        Ok(())
    }

    fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), StoreFault> {
        let mut txn = Act { on: self, written: Written::new() };
        if work(&mut txn)? == Finish::Commit {
            let Act { written, .. } = txn;
            self.written.write().unwrap_or_else(PoisonError::into_inner).extend(written);
        }
        Ok(())
    }

    fn sync(&self) -> Result<(), StoreFault> {
        Ok(())
    }

    fn is_in_doubt(&self) -> bool {
        self.base.is_in_doubt()
    }

    fn renew(&self) -> Result<(), StoreFault> {
        Ok(())
    }
}

/// A transaction: its own writes over those that stand.
struct Act<'a> {
    on: &'a Rehearsal,
    written: Written,
}

impl Rows for Act<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        match self.written.get(&(table, key.to_vec())) {
            Some(value) => Ok(value.clone()),
            None => self.on.get(table, key),
        }
    }
}

impl Txn for Act<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        self.written.insert((table, key.to_vec()), Some(value.to_vec()));
        Ok(())
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreFault> {
        self.written.insert((table, key.to_vec()), None);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::store::{Options, SledStore};

    const SMALL: Options = Options { cache_bytes: 1 << 20 };

    fn write(store: &dyn Store, rows: &[(u8, Option<u8>)], finish: Finish) {
        let work = &mut |txn: &mut dyn Txn| {
            for (key, value) in rows {
                match value {
                    Some(value) => txn.put(Table::Meta, &[*key], &[*value])?,
                    None => txn.delete(Table::Meta, &[*key])?,
                }
                assert_eq!(txn.get(Table::Meta, &[*key])?, value.map(|value| vec![value]));
            }
            Ok(finish)
        };
        store.transact(work).expect("written");
    }

    fn read(store: &dyn Store, from: u8, to: u8, backwards: bool, most: usize) -> Vec<(u8, u8)> {
        let span = Span { table: Table::Meta, from: vec![from], to: Some(vec![to]), backwards };
        let mut rows = Vec::new();
        let visit = &mut |key: &[u8], value: &[u8]| {
            rows.push((key[0], value[0]));
            Ok(if rows.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        };
        store.scan(&span, visit).expect("scanned");
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn n3_it_reads_as_if_written_and_the_other_stays_as_it_was(
            below in prop::collection::vec((0_u8..12, prop::option::of(any::<u8>())), 0..12),
            above in prop::collection::vec((0_u8..12, prop::option::of(any::<u8>())), 0..12),
            dropped in prop::collection::vec((0_u8..12, prop::option::of(any::<u8>())), 0..4),
            from in 0_u8..12, to in 0_u8..13, backwards in any::<bool>(), most in 1_usize..6,
        ) {
            let dir = tempfile::tempdir().expect("a folder");
            let base: Arc<dyn Store> = Arc::new(SledStore::create(&dir.path().join("s"), SMALL).expect("a store"));
            write(&*base, &below, Finish::Commit);
            let before = read(&*base, 0, 13, false, usize::MAX);
            let rehearsal = Rehearsal::over(Arc::clone(&base));
            write(&rehearsal, &above, Finish::Commit);
            write(&rehearsal, &dropped, Finish::Drop);
            let mut model: BTreeMap<u8, u8> = before.iter().copied().collect();
            for (key, value) in above {
                match value {
                    Some(value) => drop(model.insert(key, value)),
                    None => drop(model.remove(&key)),
                }
            }
            let mut expected: Vec<_> =
                model.into_iter().filter(|(key, _)| (from..to).contains(key)).collect();
            if backwards {
                expected.reverse();
            }
            expected.truncate(most);
            prop_assert_eq!(read(&rehearsal, from, to, backwards, most), expected);
            prop_assert_eq!(read(&*base, 0, 13, false, usize::MAX), before);
        }
    }
}
