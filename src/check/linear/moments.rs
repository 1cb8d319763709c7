//! The order of events where several are at the same moment.
//!
//! Calls come before returns then, so that operations overlap; but a process that has one operation
//! under way, which returns at that moment, calls the next one after it.

use std::collections::BTreeMap;

/// A call or a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) at: u64,
    /// Of which operation.
    pub(crate) place: u32,
    pub(crate) is_return: bool,
}

/// The events of operations in order: of each, its process, when it was called and when it returned.
/// Those called at the same moment are in the order in which they are given.
pub(crate) fn in_order(operations: &[(u32, u64, Option<u64>)]) -> Vec<Event> {
    let mut calls: Vec<u32> = (0..operations.len() as u32).collect();
    calls.sort_by_key(|place| operations[*place as usize].1);
    let end = |place: u32| {
        let (_, called, returned) = operations[place as usize];
        returned.map(|at| at.max(called))
    };
    let mut returns: Vec<(u64, u32)> =
        calls.iter().filter_map(|place| Some((end(*place)?, *place))).collect();
    returns.sort_by_key(|(at, _)| *at);
    let mut returns = returns.into_iter().peekable();
    let mut events = Vec::with_capacity(operations.len() * 2);
    let mut has_returned = vec![false; operations.len()];
    // By process: what it has under way, but for what never returns.
    let mut open: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for place in calls {
        let (process, called, returned) = operations[place as usize];
        while let Some((at, place)) = returns.next_if(|(at, _)| *at < called) {
            if !std::mem::replace(&mut has_returned[place as usize], true) {
                events.push(Event { at, place, is_return: true });
            }
        }
        let open = open.entry(process).or_default();
        open.retain(|place| !has_returned[*place as usize]);
        if let [only] = open.as_slice()
            && end(*only) == Some(called)
        {
            has_returned[*only as usize] = true;
            events.push(Event { at: called, place: *only, is_return: true });
            open.clear();
        }
        if returned.is_some() {
            open.push(place);
        }
        events.push(Event { at: called, place, is_return: false });
    }
    for (at, place) in returns.filter(|(_, place)| !has_returned[*place as usize]) {
        events.push(Event { at, place, is_return: true });
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(operations: &[(u32, u64, Option<u64>)]) -> String {
        let shown = |event: &Event| format!("{}{}", if event.is_return { ')' } else { '(' }, event.place);
        in_order(operations).iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn who_is_told_asks_after_that() {
        assert_eq!(shown(&[(0, 0, Some(5)), (1, 5, Some(9))]), "(0 (1 )0 )1", "two overlap");
        assert_eq!(shown(&[(0, 0, Some(5)), (0, 5, Some(9))]), "(0 )0 (1 )1", "one does not");
        assert_eq!(shown(&[(0, 5, Some(5)), (0, 5, Some(5)), (0, 5, None)]), "(0 )0 (1 )1 (2");
        // With two under way nobody knows which of the answers came before the call.
        let two = [(0, 0, Some(5)), (0, 1, Some(5)), (0, 5, Some(6))];
        assert_eq!(shown(&two), "(0 (1 (2 )0 )1 )2");
        // One that is never answered is no hindrance.
        assert_eq!(shown(&[(0, 0, None), (0, 1, Some(5)), (0, 5, Some(6))]), "(0 (1 )1 (2 )2");
    }
}
