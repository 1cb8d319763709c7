//! Clients are answered.

use super::goals::{Eventually, Wait};
use super::lack::Ground;
use crate::model::{Arg, ArgKind, NodeId, Outcome, Packed, PropertyWord, RequestId, Text, Time, Witness};
use crate::sim::{Heard, Nodes};
use std::collections::VecDeque;

/// Each request is answered, whatever the answer; or its client, which waits no longer, is answered another
/// one. The oldest that waits is the one that counts.
#[derive(Clone, Debug)]
pub struct Answers {
    ground: Ground,
    /// Whether the node that is asked is alone responsible for the answer.
    of_one: bool,
    /// From the oldest that waits on: which, when, asked of whom, and how it stands.
    waiting: VecDeque<(RequestId, Time, NodeId, Stands)>,
    /// The first one's place in the history.
    first: u32,
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Its client waits.
    Open,
    /// Its client waits no longer, and nobody knows what became of it.
    GivenUp,
    /// It is answered, or its client another one.
    Answered,
}

static WORD: PropertyWord = PropertyWord {
    id: "answered-in-time",
    name: Text::new("Answers in time", "及时答复"),
    statement: Text::new(
        "once nothing breaks any more, each client that asks is answered before long",
        "故障停止之后，提出请求的客户端不久都会得到答复",
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
        let request = operation.command.request;
        let Some((_, _, outcome)) = operation.returned else {
            if self.waiting.is_empty() {
                self.first = heard.place;
            }
            self.waiting.push_back((request, operation.called, operation.node, Stands::Open));
            return;
        };
        let place = heard.place.checked_sub(self.first);
        let known = outcome != Outcome::Unknown;
        if let Some(waiting) = place.and_then(|place| self.waiting.get_mut(place as usize)) {
            waiting.3 = if known { Stands::Answered } else { Stands::GivenUp };
        }
        if known {
            let own = self.waiting.iter_mut().filter(|(other, ..)| other.client == request.client);
            own.filter(|(.., stands)| *stands == Stands::GivenUp).for_each(|own| own.3 = Stands::Answered);
        }
        while self.waiting.front().is_some_and(|waiting| waiting.3 == Stands::Answered) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::stage::{GROUND, Stage, command};
    use crate::model::Lang;
    use crate::sim::Operation;

    fn told(property: &mut Answers, place: u32, called: u64, answered: Option<u64>) {
        let returned = answered.map(|at| (Time::ms(at), NodeId(1), Outcome::Done));
        let operation = Operation {
            command: command(place),
            called: Time::ms(called),
            node: NodeId(1),
            returned,
            tries: 1,
        };
        let at = Time::ms(answered.unwrap_or(called));
        property.heard(&Heard { at, event: 0, place, operation: &operation });
    }

    #[test]
    fn the_oldest_that_waits_counts_in_whatever_order_they_are_answered() {
        let mut property = Answers::new(GROUND);
        assert_eq!(property.wait(), Wait::Nothing);
        for place in 0..3 {
            told(&mut property, place, 10 * u64::from(place), None);
        }
        told(&mut property, 1, 10, Some(30));
        assert_eq!(property.wait(), Wait::Since(Time::ms(0)));
        told(&mut property, 0, 0, Some(31));
        assert_eq!(property.wait(), Wait::Since(Time::ms(20)), "the second has been answered before");
        told(&mut property, 2, 20, Some(32));
        assert_eq!(property.wait(), Wait::Nothing);
        told(&mut property, 3, 40, None);
        assert_eq!(property.wait(), Wait::Since(Time::ms(40)));
    }

    #[test]
    fn who_waits_no_longer_is_not_answered_until_it_is() {
        let mut property = Answers::new(GROUND);
        let mut hear = |place: u32, returned: Option<Outcome>| {
            let operation = Operation {
                command: command(place),
                called: Time::ms(10 * u64::from(place)),
                node: NodeId(1),
                returned: returned.map(|outcome| (Time::ms(90), NodeId(1), outcome)),
                tries: 1,
            };
            property.heard(&Heard { at: Time::ms(90), event: 0, place, operation: &operation });
            property.wait()
        };
        assert_eq!(hear(0, None), Wait::Since(Time::ms(0)));
        assert_eq!(hear(0, Some(Outcome::Unknown)), Wait::Since(Time::ms(0)));
        assert_eq!(hear(1, None), Wait::Since(Time::ms(0)), "of the same client");
        assert_eq!(hear(1, Some(Outcome::Differs)), Wait::Nothing);
    }

    #[test]
    fn it_says_which_and_why() {
        let stage = Stage::new(&[1; 3], &[2, 4]);
        let mut property = Answers::new(GROUND);
        told(&mut property, 0, 10, None);
        let witness = property.lacks(&stage).expect("it waits");
        assert_eq!(
            witness.sentence(Lang::En),
            "c1.1, asked of S2 at 10 ms, is not answered: the nodes that are up and hear each other (S1, S2, S3) \
             weigh 3 of the 4 needed for “Commit”."
        );
        assert!(!witness.sentence(Lang::Zh).contains(['{', '}']));
    }
}
