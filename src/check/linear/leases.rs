//! Locks with leases and fencing tokens.
//!
//! A lease that is over leaves no trace in a history: the lock is as before, but whoever asks next may be
//! granted it. So what is certain is this. A grant to somebody else, or after the lock was given back, has
//! the next token; who holds a lock and asks again has the same token, or the next one if the lease was
//! over; nobody is refused a lock that nobody has; and only the holder gives it back, with its token. Of
//! [`Model::Fenced`](super::Model::Fenced), no lease is ever over.

use super::shapes::{Shape, held};
use super::{Answer, Datum, Doing};

/// A lock: the token granted last, to whom, and whether it has not been given back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    token: u32,
    owner: Option<u32>,
    is_held: bool,
}

const TOKEN: u32 = 0;
const OWNER: u32 = 1;
const HELD: u32 = 2;

impl Lease {
    /// The lock that such a shape stands for; the empty one is that nobody has had yet.
    pub(super) fn of(shape: &[(u32, u64)]) -> Self {
        Self {
            token: held(shape, TOKEN).unwrap_or_default() as u32,
            owner: held(shape, OWNER).map(|owner| owner as u32),
            is_held: held(shape, HELD).is_some_and(|held| held != 0),
        }
    }

    /// What stands for it.
    pub(super) fn shape(self) -> Shape {
        let owner = self.owner.map(|owner| (OWNER, owner.into()));
        let ends = [(TOKEN, self.token.into()), (HELD, self.is_held.into())];
        [Some(ends[0]), owner, Some(ends[1])].into_iter().flatten().collect()
    }

    fn is_of(self, process: u32) -> bool {
        self.is_held && self.owner == Some(process)
    }

    /// What an operation makes of it, and the answer then: a grant where there can be one, and else what is
    /// said where nothing changes.
    pub(super) fn apply(self, process: u32, doing: Doing, expires: bool) -> (Self, Answer) {
        if doing == Doing::Acquire && (expires || !self.is_held) {
            let token = self.token.saturating_add(1);
            return (Self { token, owner: Some(process), is_held: true }, Answer::Value(Datum(token)));
        }
        if doing == Doing::Acquire && self.is_of(process) {
            return (self, Answer::Value(Datum(self.token)));
        }
        if doing == Doing::Return(self.token) && self.is_of(process) {
            return (Self { is_held: false, ..self }, Answer::Done);
        }
        (self, Answer::Differs)
    }

    /// The answers that can be given and leave it as it is. Whoever asks twice at once may be heard in the
    /// other order, and what comes late is not obeyed.
    pub(super) fn seen(self, process: u32, doing: Doing) -> [Option<Answer>; 2] {
        let is_own = self.is_of(process);
        if doing == Doing::Acquire {
            return match (self.is_held, self.owner) {
                (true, _) if is_own => [Some(Answer::Value(Datum(self.token))), Some(Answer::Late)],
                (true, _) => [Some(Answer::Differs), None],
                (false, Some(owner)) if owner == process => [Some(Answer::Late), None],
                (false, _) => [None; 2],
            };
        }
        let fits = is_own && doing == Doing::Return(self.token);
        [Some(if fits { Answer::Late } else { Answer::Differs }), None]
    }
}
