//! What clients have asked for and were told, as a part of a state.

use crate::check::linear::{Clients, Model, SoFar};
use crate::model::{Command, Outcome, RequestId, Time};

/// Every request so far, in the order of the calls.
///
/// Only what came before what is kept: calls and answers take turns, and an answer comes before the calls
/// of later turns. So two runs meet in a state though their answers came in another order, where nobody
/// asked for anything between these.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct History {
    /// Calls have even turns, answers odd ones.
    turn: u16,
    asked: Vec<Asked>,
}

#[derive(Clone, Debug, Hash)]
struct Asked {
    turn: u16,
    told: Option<(u16, Outcome)>,
}

impl History {
    /// A client asks for the next request.
    pub(super) fn called(&mut self) {
        self.turn += self.turn % 2;
        self.asked.push(Asked { turn: self.turn, told: None });
    }

    /// A client is told something. Only what settles the request counts, and only once.
    pub(super) fn told(&mut self, request: RequestId, outcome: Outcome) {
        if matches!(outcome, Outcome::Redirect(_) | Outcome::Unknown) {
            return;
        }
        let place = request.seq.checked_sub(1).map_or(usize::MAX, |place| place as usize);
        let Some(asked) = self.asked.get_mut(place).filter(|asked| asked.told.is_none()) else { return };
        self.turn |= 1;
        asked.told = Some((self.turn, outcome));
    }

    /// Whether some order of all operations explains every answer.
    pub(super) fn fits(&self, requested: &[Command], model: Model) -> bool {
        let mut clients = Clients::thorough(model);
        (0..=self.turn).all(|turn| {
            let at = Time(turn.into());
            (0..).zip(self.asked.iter().zip(requested)).all(|(place, (asked, command))| {
                if asked.turn == turn {
                    clients.called(at, command);
                }
                match asked.told {
                    Some((then, outcome)) if then == turn => {
                        clients.returned(at, place, outcome) != SoFar::Not
                    }
                    Some(_) | None => true,
                }
            })
        })
    }

    /// Roughly, what it points to.
    pub(super) fn weight(&self) -> usize {
        self.asked.len() * size_of::<Asked>()
    }
}
