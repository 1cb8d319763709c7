//! Clients are answered.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, NodeId, Packed, PropertyWord, RequestId, Text, Time, Witness};
use crate::sim::{Heard, Nodes};
use std::collections::VecDeque;

/// Each request is answered, whatever the answer. The oldest that waits is the one that counts.
#[derive(Clone, Debug)]
pub struct Answers {
    ground: Ground,
    /// Whether the node that is asked is alone responsible for the answer.
    of_one: bool,
    /// From the oldest that waits on: which, when, asked of whom, and whether it has been answered.
    waiting: VecDeque<(RequestId, Time, NodeId, bool)>,
    /// The first one's place in the history.
    first: u32,
}

static WORD: PropertyWord = PropertyWord {
    id: "answered-in-time",
    name: Text::new("Answers in time", "及时答复"),
    statement: Text::new(
        "once nothing breaks any more, each request of a client is answered before long",
        "故障停止之后，客户端的每个请求不久都会得到答复",
    ),
};

impl Answers {
    /// For a protocol in which any node can see to an answer.
    #[must_use]
    pub const fn new(ground: Ground) -> Self {
        Self { ground, of_one: false, waiting: VecDeque::new(), first: 0 }
    }

    /// For a protocol in which the node that is asked has to answer.
    #[must_use]
    pub const fn by_whom_it_asked(mut self) -> Self {
        self.of_one = true;
        self
    }
}

impl Eventually for Answers {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn of_clients(&self) -> bool {
        true
    }

    fn heard(&mut self, heard: &Heard<'_>) {
        let operation = heard.operation;
        let Some((_, _, _)) = operation.returned else {
            if self.waiting.is_empty() {
                self.first = heard.place;
            }
            let request = operation.command.request;
            self.waiting.push_back((request, operation.called, operation.node, false));
            return;
        };
        let place = heard.place.checked_sub(self.first);
        if let Some(waiting) = place.and_then(|place| self.waiting.get_mut(place as usize)) {
            waiting.3 = true;
        }
        while self.waiting.front().is_some_and(|waiting| waiting.3) {
            self.waiting.pop_front();
            self.first += 1;
        }
    }

    fn wait(&self) -> Wait {
        self.waiting.front().map_or(Wait::Nothing, |(_, called, _, _)| Wait::Since(*called))
    }

    fn lacks(&mut self, nodes: &dyn Nodes) -> Option<Witness> {
        let (request, called, asked, _) = *self.waiting.front()?;
        let what = Text::new(
            "c{client}.{seq}, asked of {node} at {at} ms, is not answered:",
            "c{client}.{seq} 于 {at} 毫秒向 {node} 提出，没有得到答复：",
        );
        let args = vec![
            ("client", Arg::Packed(ArgKind::Number, u32::from(request.client.0) + 1)),
            ("seq", Arg::Packed(ArgKind::Number, request.seq)),
            ("node", Arg::Packed(ArgKind::Node, asked.pack())),
            ("at", Arg::Wide(called.0 / 1_000)),
        ];
        let asked = Some(asked).filter(|_| self.of_one);
        Some(self.ground.stuck(nodes, what, args, asked, None))
    }
}
