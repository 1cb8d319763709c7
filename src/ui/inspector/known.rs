//! An order of what clients asked for, worked out once a run.

use crate::host::Host;
use quorate::check::linear::{Clients as Fitting, SoFar};
use quorate::model::Time;
use quorate::session::Session;
use std::rc::Rc;
use yew::prelude::*;

/// Of how many operations at most an order is looked for, to be drawn.
const ORDERED_MAX: usize = 20_000;

/// An order of a run's operations, as far as there is one.
#[derive(Default, PartialEq)]
pub(crate) struct Known {
    /// The places of operations in the order in which they take effect.
    pub(crate) order: Vec<u32>,
    /// Per operation, when.
    pub(crate) points: Vec<Option<u64>>,
    /// Those that no order explains.
    pub(crate) unordered: Vec<u32>,
    /// The answer at which every order ends, and when it came.
    pub(crate) stuck: Option<(u32, Time)>,
}

impl Known {
    fn of(session: &Session) -> Self {
        let (run, scenario) = (session.run(), session.focused().scenario());
        let (history, end) = (run.history(), run.end());
        let model = scenario.entry.model_in(&scenario.settings, run.plan(), end);
        let Some(model) = model else { return Self::default() };
        if session.computing().is_some() || history.operations().len() > ORDERED_MAX {
            return Self::default();
        }
        let all = Fitting::of(model, history, end);
        let failure = (all.run().so_far() == SoFar::Not).then(|| all.run().failure()).flatten();
        let Some(failure) = failure else {
            let (order, points) = (all.run().order(), all.run().points());
            return Self { order, points, ..Self::default() };
        };
        // Until just before the answer that does not fit there is an order.
        let stuck = history.operations().get(failure.stuck as usize);
        let until = stuck.and_then(|operation| operation.returned).map_or(Time(0), |(at, _, _)| at);
        let before = Fitting::of(model, history, Time(until.0.saturating_sub(1)));
        let (order, points) = (before.run().order(), before.run().points());
        Self { order, points, unordered: failure.unordered, stuck: Some((failure.stuck, until)) }
    }
}

/// The order of the run as it is now.
#[hook]
pub(crate) fn use_known(host: &Host) -> Rc<Known> {
    let key = host.read(|session| (session.run().trace().digest(), session.computing().is_none()));
    let host = host.clone();
    use_memo(key, move |_| host.read(Known::of))
}
