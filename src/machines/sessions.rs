//! Which requests have been seen, exactly: a request is retried as often as need be and applied
//! at most once.

use crate::model::{ClientId, RequestId};
use std::collections::BTreeMap;

/// A set of requests. Clients count their requests, so each one's are a few runs of numbers,
/// mostly a single one, however long it has been at work.
///
/// ```
/// use quorate::machines::Sessions;
/// use quorate::model::{ClientId, RequestId};
/// let request = |seq| RequestId { client: ClientId(0), seq };
/// let mut seen = Sessions::default();
/// assert!(seen.insert(request(1)) && seen.insert(request(3)) && !seen.insert(request(1)));
/// assert!(!seen.contains(request(2)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sessions {
    clients: BTreeMap<ClientId, Vec<Run>>,
}

/// The numbers from `first` to `last`; a client's runs are in order and never touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Run {
    first: u32,
    last: u32,
}

impl Sessions {
    /// Adds a request; true if it was not there.
    pub fn insert(&mut self, request: RequestId) -> bool {
        let seq = request.seq;
        let runs = self.clients.entry(request.client).or_default();
        // Nearly always the number after the last.
        if let Some(run) = runs.last_mut()
            && run.last.checked_add(1) == Some(seq)
        {
            run.last = seq;
            return true;
        }
        let place = runs.partition_point(|run| run.first <= seq);
        let before = place.checked_sub(1);
        if before.is_some_and(|before| runs[before].last >= seq) {
            return false;
        }
        let joins_before = before.filter(|before| runs[*before].last + 1 == seq);
        let joins_after = runs.get(place).is_some_and(|run| run.first == seq + 1);
        match (joins_before, joins_after) {
            (Some(before), true) => {
                runs[before].last = runs[place].last;
                runs.remove(place);
            }
            (Some(before), false) => runs[before].last = seq,
            (None, true) => runs[place].first = seq,
            (None, false) => runs.insert(place, Run { first: seq, last: seq }),
        }
        true
    }

    /// What it takes on the wire, about.
    #[must_use]
    pub fn bytes(&self) -> u32 {
        self.clients.values().map(|runs| 2 + 8 * runs.len() as u32).sum()
    }

    /// Whether a request is there.
    #[must_use]
    pub fn contains(&self, request: RequestId) -> bool {
        let Some(runs) = self.clients.get(&request.client) else { return false };
        let place = runs.partition_point(|run| run.first <= request.seq);
        place.checked_sub(1).is_some_and(|before| runs[before].last >= request.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_as_a_plain_set() {
        let (mut seen, mut plain, mut state) = (Sessions::default(), BTreeSet::new(), 7u32);
        for _ in 0..4_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let request = RequestId { client: ClientId((state >> 30) as u16), seq: (state >> 16) % 300 };
            assert_eq!(seen.contains(request), plain.contains(&request));
            assert_eq!(seen.insert(request), plain.insert(request), "{request}");
        }
        for runs in seen.clients.values() {
            assert!(runs.windows(2).all(|pair| pair[0].last + 1 < pair[1].first));
        }
    }
}
