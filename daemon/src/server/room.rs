//! Who is let in, and how many at once: a seat for whoever connects, a place for whoever asks.
//!
//! A connection that says nothing has a seat and no place, so it keeps nobody waiting; over the places
//! one waits. No user has more than half of either: what one does with them, the others do not feel.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

/// Questions that are read or answered at once.
const PLACES: usize = 256;

/// Connections that are open at once, if the system allows so many.
const SEATS: u64 = 8192;

/// The room before the engine.
#[derive(Debug)]
pub(super) struct Room {
    seats: usize,
    seated: Mutex<Seated>,
    freed: Notify,
    places: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Seated {
    count: usize,
    users: HashMap<u32, User>,
    /// The next seat's number.
    next: u64,
}

/// A user's connections.
#[derive(Debug)]
struct User {
    count: usize,
    places: Arc<Semaphore>,
    /// Those that have said nothing yet; dropping its end cuts one off.
    silent: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Room {
    /// As large as the system allows. Half of the files that may be open are left for the store and
    /// for mail.
    pub(super) fn new() -> Self {
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((256, 256));
        let wanted = hard.min(2 * SEATS);
        let raised = soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok();
        let files = if raised { wanted } else { soft };
        let seats = usize::try_from((files / 2).clamp(2, SEATS)).unwrap_or(2);
        Self::of(seats, PLACES)
    }

    fn of(seats: usize, places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places));
        Self { seats, seated: Mutex::default(), freed: Notify::new(), places }
    }

    /// Waits until there is a seat.
    pub(super) async fn vacancy(&self) {
        loop {
            let freed = self.freed.notified();
            if self.seated().count < self.seats {
                return;
            }
            freed.await;
        }
    }

    /// A seat for this user. Of one who has half of them the longest silent gives his up; none, if
    /// none is silent.
    pub(super) fn seat(self: &Arc<Self>, user: u32) -> Option<Seat> {
        let mut seated = self.seated();
        let number = seated.next;
        let fresh = || User {
            count: 0,
            places: Arc::new(Semaphore::new((PLACES / 2).max(1))),
            silent: BTreeMap::new(),
        };
        let one = seated.users.entry(user).or_insert_with(fresh);
        if one.count >= self.seats / 2 {
            one.silent.pop_first()?;
        }
        let (kept, cut) = oneshot::channel();
        one.silent.insert(number, kept);
        one.count += 1;
        let places = Arc::clone(&one.places);
        seated.count += 1;
        seated.next += 1;
        Some(Seat { room: Arc::clone(self), user, number, cut, places })
    }

    fn seated(&self) -> MutexGuard<'_, Seated> {
        self.seated.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's seat, given up when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    room: Arc<Room>,
    user: u32,
    number: u64,
    cut: oneshot::Receiver<()>,
    places: Arc<Semaphore>,
}

/// The right to be served, given up when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _of_user: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Seat {
    /// Ends when another of the user's needs the seat more.
    pub(super) async fn is_cut(&mut self) {
        // Nothing is ever sent: its end is the message.
        let _ = (&mut self.cut).await;
    }

    /// It has something to say, and waits for its place: first behind its own user's.
    pub(super) async fn place(&self) -> Option<Place> {
        if let Some(one) = self.room.seated().users.get_mut(&self.user) {
            one.silent.remove(&self.number);
        }
        let of_user = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let of_all = Arc::clone(&self.room.places).acquire_owned().await.ok()?;
        Some(Place { _of_user: of_user, _of_all: of_all })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seated = self.room.seated();
        seated.count -= 1;
        if let Some(one) = seated.users.get_mut(&self.user) {
            one.count -= 1;
            one.silent.remove(&self.number);
            if one.count == 0 {
                seated.users.remove(&self.user);
            }
        }
        drop(seated);
        self.room.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cut(seat: &mut Seat) -> bool {
        matches!(seat.cut.try_recv(), Err(oneshot::error::TryRecvError::Closed))
    }

    #[test]
    fn s4_a_silent_one_gives_up_its_seat_to_its_own_user_alone() {
        let room = Arc::new(Room::of(4, 2));
        let (mut first, mut second) = (room.seat(1).unwrap(), room.seat(1).unwrap());
        let other = room.seat(2).unwrap();
        assert!(!is_cut(&mut first));
        let third = room.seat(1).unwrap();
        assert!(is_cut(&mut first) && !is_cut(&mut second));
        drop((first, other));
        assert_eq!(room.seated().count, 2);
        drop((second, third));
        assert!(room.seated().users.is_empty());
    }

    #[test]
    fn s4_who_speaks_keeps_the_seat_and_waits_for_a_place() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let room = Arc::new(Room::of(4, 1));
            let (first, second) = (room.seat(1).unwrap(), room.seat(2).unwrap());
            let third = room.seat(1).unwrap();
            let place = first.place().await.unwrap();
            let mut waiting = Box::pin(second.place());
            let mut behind = Box::pin(third.place());
            for one in [&mut waiting, &mut behind] {
                assert!(tokio::time::timeout(std::time::Duration::ZERO, one.as_mut()).await.is_err());
            }
            assert!(room.seat(1).is_none(), "none of his is silent");
            drop(place);
            drop(waiting.await.unwrap());
            drop(behind.await.unwrap());
        });
    }
}
