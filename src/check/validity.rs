//! Validity: nothing comes out that nobody put in.

use super::Property;
use super::versions::Written;
use crate::model::{
    Arg, ArgKind, Command, Held, NodeId, NodeSet, Op, Packed, PropertyWord, RequestId, Text, Value, Witness,
};
use crate::sim::{Nodes, Step};

/// Only what a client asked for is proposed or decided, or stands in a register. (A no-op asks for nothing
/// and may be.)
///
/// What has been asked for is read once, as it grows.
#[derive(Clone, Debug, Hash, Default)]
pub struct Validity {
    /// By client and count: where the request stands in the list of all.
    places: Vec<Vec<u32>>,
    read: usize,
    written: Written,
}

static WORD: PropertyWord = PropertyWord {
    id: "validity",
    name: Text::new("Validity", "有效性"),
    statement: Text::new(
        "Only a value that a client asked for is proposed, decided or held.",
        "只有客户端请求过的值才会被提议、决定或持有。",
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

    fn place(&self, RequestId { client, seq }: RequestId) -> Option<usize> {
        let places = self.places.get(usize::from(client.0))?;
        places.get(seq as usize).map(|place| *place as usize)
    }

    /// Whether the request that a version is said to be of writes its value.
    fn was_written(&self, requested: &[Command], held: &Held) -> bool {
        let writes = |command: &&Command| command.op.value() == held.value;
        let found = self.place(held.by).and_then(|place| requested.get(place)).filter(writes);
        found.is_some()
            || held.value.is_none() && held.by == RequestId::default()
            || requested.iter().filter(|command| command.request == held.by).any(|command| writes(&command))
    }

    fn was_requested(&self, requested: &[Command], command: &Command) -> bool {
        let found = self.place(command.request).and_then(|place| requested.get(place));
        // The list is searched where a client has used a count twice, and before anything is said.
        found == Some(command) || requested.contains(command)
    }
}

/// Whether a leader adds it of its own: it asks for nothing.
fn is_own(command: &Command) -> bool {
    let own = Command { op: command.op, ..Command::NOOP };
    *command == own && matches!(own.op, Op::Noop | Op::Clock { .. } | Op::End { .. })
}

impl Property for Validity {
    fn word(&self) -> &'static PropertyWord {
        &WORD
    }

    fn observe(&mut self, nodes: &dyn Nodes, step: &Step<'_>) -> Option<Witness> {
        self.read(step.requested);
        if let Some(held) = self.written.notice(nodes, step)
            && !self.was_written(step.requested, &held)
        {
            return Some(witness(
                step.node,
                held.value,
                Text::new(
                    "{node} holds {value}, which no client ever asked for.",
                    "{node} 持有 {value}，而从未有客户端请求过它。",
                ),
            ));
        }
        let proposed = nodes.inspect(step.node).proposed.map(|(_, command)| command);
        let decided = step.decided.iter().map(|(_, entry)| entry.command);
        let stray = proposed
            .into_iter()
            .chain(decided)
            .find(|command| !is_own(command) && !self.was_requested(step.requested, command))?;
        let is_decided = step.decided.iter().any(|(_, entry)| entry.command == stray);
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
        Some(witness(step.node, stray.op.value(), text))
    }
}

fn witness(node: NodeId, value: Option<Value>, text: Text) -> Witness {
    Witness {
        text,
        args: vec![
            ("node", Arg::Packed(ArgKind::Node, node.pack())),
            ("value", Arg::Packed(ArgKind::Value, value.pack())),
        ],
        nodes: NodeSet::only(node),
        cells: Vec::new(),
        quorums: None,
    }
}
