//! Validity: nothing comes out that nobody put in.

use super::Property;
use crate::model::{Arg, ArgKind, Command, NodeSet, Op, Packed, PropertyWord, Text, Witness};
use crate::sim::{Nodes, Step};

/// Only what a client asked for is proposed or decided. (A no-op asks for nothing and may be.)
///
/// What has been asked for is read once, as it grows.
#[derive(Clone, Debug, Hash, Default)]
pub struct Validity {
    /// By client and count: where the request stands in the list of all.
    places: Vec<Vec<u32>>,
    read: usize,
}

static WORD: PropertyWord = PropertyWord {
    id: "validity",
    name: Text::new("Validity", "有效性"),
    statement: Text::new(
        "Only a value that a client asked for is proposed or decided.",
        "只有客户端请求过的值才会被提议或决定。",
    ),
};

impl Validity {
    /// Nothing has been asked for.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&mut self, requested: &[Command]) {
        for (place, Command { request, .. }) in requested.iter().enumerate().skip(self.read) {
            let (client, seq) = (usize::from(request.client.0), request.seq as usize);
            if self.places.len() <= client {
                self.places.resize(client + 1, Vec::new());
            }
            let places = &mut self.places[client];
            if places.len() <= seq {
                places.resize(seq + 1, u32::MAX);
            }
            places[seq] = place as u32;
        }
        self.read = requested.len();
    }

    fn was_requested(&self, requested: &[Command], command: &Command) -> bool {
        let Command { request, .. } = command;
        let place = self
            .places
            .get(usize::from(request.client.0))
            .and_then(|places| places.get(request.seq as usize));
        let found = place.and_then(|place| requested.get(*place as usize));
        // The list is searched where a client has used a count twice, and before anything is said.
        found == Some(command) || requested.contains(command)
    }
}

/// Whether a leader adds it of its own: it asks for nothing.
fn is_own(command: &Command) -> bool {
    let own = Command { op: command.op, ..Command::NOOP };
    *command == own && matches!(own.op, Op::Noop | Op::Clock { .. })
}

impl Property for Validity {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.read(step.requested);
        let proposed = nodes.inspect(step.node).proposed.map(|(_, command)| command);
        let decided = step.decided.iter().map(|(_, command)| *command);
        let stray = proposed
            .into_iter()
            .chain(decided)
            .find(|command| !is_own(command) && !self.was_requested(step.requested, command))?;
        let is_decided = step.decided.iter().any(|(_, command)| *command == stray);
        let text = if is_decided {
            Text::new(
                "{node} decided {value}, which no client ever asked for.",
                "{node} 决定了 {value}，而从未有客户端请求过它。",
            )
        } else {
            Text::new(
                "{node} proposes {value}, which no client ever asked for.",
                "{node} 提议 {value}，而从未有客户端请求过它。",
            )
        };
        Some(Witness {
            text,
            args: vec![
                ("node", Arg::Packed(ArgKind::Node, step.node.pack())),
                ("value", Arg::Packed(ArgKind::Value, stray.op.value().pack())),
            ],
            nodes: NodeSet::only(step.node),
            cells: Vec::new(),
            quorums: None,
        })
    }
}
