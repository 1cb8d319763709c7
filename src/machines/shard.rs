//! One shard of a store, kept by a log of its own: registers, locks, and the transactions over several
//! shards for which it is prepared.
//!
//! A transaction over two shards is in both logs. The shard that keeps its first register coordinates it,
//! and its own log decides: whichever comes first there, the transaction itself (it is committed) or that it
//! is aborted, counts. In the other shard's log the transaction only prepares: what it writes is locked
//! until an entry says how it ended (Corbett et al. 2012, §4.2.1).

use super::Sessions;
use crate::model::{
    Arg, ArgKind, Ballot, Cell, CellState, ClientId, Command, Key, NodeId, NodeSet, Op, Outcome, Packed,
    RequestId, Stored, Text, Transaction, TransactionStage, Value,
};

/// The most shards.
pub const SHARDS_MAX: usize = 4;
/// So many clients have transactions of their own numbers.
const CLIENTS: u32 = 64;
/// The most requests of a client that can be numbered.
const SEQ_MAX: u32 = (1 << 19) - 1;

/// Which shard of how many, and who keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partition {
    /// Which one it is.
    pub place: u8,
    /// How many there are.
    pub count: u8,
    /// Who keeps it.
    pub nodes: NodeSet,
    /// The first node of each, by which its transactions are numbered.
    pub heads: [NodeId; SHARDS_MAX],
}

/// One shard that nobody keeps.
impl Default for Partition {
    fn default() -> Self {
        Self { place: 0, count: 1, nodes: NodeSet::EMPTY, heads: [NodeId(0); SHARDS_MAX] }
    }
}

impl Partition {
    /// Which shard keeps a register.
    #[must_use]
    pub fn owner(&self, key: Key) -> u8 {
        key.0.checked_rem(self.count).unwrap_or(0)
    }

    /// Those registers of this shard that an operation is about.
    #[must_use]
    pub fn local(&self, op: Op) -> [Option<Key>; 2] {
        let keys = if let Op::Pair { .. } = op { op.writes() } else { [op.key(), None] };
        keys.map(|key| key.filter(|key| self.owner(*key) == self.place))
    }

    /// Which two shards a transaction takes: the one that coordinates it and the other. `None` where one
    /// is enough.
    #[must_use]
    pub fn spans(&self, op: Op) -> Option<(u8, u8)> {
        let Op::Pair { a, b, .. } = op else { return None };
        let (first, second) = (self.owner(a), self.owner(b));
        (first != second).then_some((first, second))
    }

    /// The number of a request's transaction over two shards: the shard that coordinates it and a count
    /// without gaps. `None` where it is none, or there are no numbers left.
    #[must_use]
    pub fn number(&self, command: &Command) -> Option<Ballot> {
        let (first, _) = self.spans(command.op)?;
        let RequestId { client, seq } = command.request;
        let client = u32::from(client.0);
        if client >= CLIENTS || seq == 0 || seq > SEQ_MAX {
            return None;
        }
        Some(Ballot::new((seq - 1) * CLIENTS + client + 1, *self.heads.get(usize::from(first))?))
    }

    /// The request of a transaction's number.
    #[must_use]
    pub const fn request(tx: Ballot) -> RequestId {
        let round = tx.round().saturating_sub(1);
        RequestId { client: ClientId((round % CLIENTS) as u16), seq: round / CLIENTS + 1 }
    }

    /// Which shard coordinates a transaction of that number.
    #[must_use]
    pub fn coordinator(&self, tx: Ballot) -> Option<u8> {
        let heads = self.heads.iter().take(usize::from(self.count));
        heads.into_iter().position(|head| *head == tx.node()).map(|place| place as u8)
    }

    /// Whether it coordinates the transaction of that number.
    #[must_use]
    pub fn coordinates(&self, tx: Ballot) -> bool {
        self.coordinator(tx) == Some(self.place)
    }
}

/// A shard. Same commands in the same order: same state and same answers.
///
/// ```
/// use quorate::machines::{Partition, Shard};
/// use quorate::model::{ClientId, Command, Key, NodeId, Op, Outcome, RequestId, Value};
/// let heads = [NodeId(0), NodeId(3), NodeId(0), NodeId(0)];
/// let second = Partition { place: 1, count: 2, heads, ..Partition::default() };
/// let (mut shard, y) = (Shard::new(second), Key(1));
/// let request = RequestId { client: ClientId(0), seq: 1 };
/// let pair = Command { request, op: Op::Pair { a: Key(0), b: y, value: Value(7) } };
/// let tx = second.number(&pair).unwrap();
/// shard.apply(&pair);
/// assert!(shard.holder(y).is_some_and(|held| held.id == tx), "prepared, and locked");
/// shard.apply(&Command { op: Op::End { tx, commit: true, suspects: false }, ..Command::NOOP });
/// assert_eq!((shard.get(y), shard.outcome(tx)), (Some(Value(7)), Some(true)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    partition: Partition,
    /// The registers that were written, in order.
    stored: Vec<Stored>,
    /// Transactions that others coordinate, and that have not ended.
    prepared: Vec<Transaction>,
    applied: Sessions,
    /// The compare-and-sets among them that found another value.
    differed: Sessions,
    /// The transactions among them that are aborted.
    aborted: Sessions,
}

impl Shard {
    /// What its registers and open transactions take on the wire, about.
    pub(super) fn bytes(&self) -> u32 {
        let open = Command::BYTES * self.prepared.len() as u32;
        8 * self.stored.len() as u32 + open + self.differed.bytes() + self.aborted.bytes()
    }

    /// One that nothing has been done to.
    #[must_use]
    pub fn new(partition: Partition) -> Self {
        Self {
            partition,
            stored: Vec::new(),
            prepared: Vec::new(),
            applied: Sessions::default(),
            differed: Sessions::default(),
            aborted: Sessions::default(),
        }
    }

    /// Which shard it is.
    #[must_use]
    pub const fn partition(&self) -> &Partition {
        &self.partition
    }

    /// Applies a command and says how it ended; of a transaction that others coordinate, whether it is
    /// prepared. A request that was applied before changes nothing.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        let Command { request, op } = *command;
        match op {
            Op::Noop | Op::Clock { .. } => Outcome::Done,
            Op::End { tx, commit, .. } => self.end(tx, commit),
            Op::Read { key } => {
                self.applied.insert(request);
                Outcome::Value(self.get(key))
            }
            Op::Write { .. } | Op::Cas { .. } | Op::Pair { .. } if !self.applied.insert(request) => {
                self.before(request)
            }
            // Whoever leads puts nothing into the log that finds a lock taken.
            Op::Write { .. } | Op::Cas { .. } | Op::Pair { .. } if self.is_locked(op) => {
                self.aborted.insert(request);
                Outcome::Refused
            }
            Op::Write { value, .. } => self.write(request, op, value),
            Op::Cas { key, expect, value } if self.get(key) == Some(expect) => self.write(request, op, value),
            Op::Cas { .. } => {
                self.differed.insert(request);
                Outcome::Differs
            }
            Op::Pair { value, .. } => match self.partition.number(command) {
                Some(id) if !self.partition.coordinates(id) => {
                    let (parties, keys) = (self.partition.nodes, self.partition.local(op));
                    let stage = TransactionStage::Prepared;
                    let command = *command;
                    self.prepared.push(Transaction { id, command, parties, stage, keys, mine: false });
                    Outcome::Done
                }
                Some(_) | None => self.write(request, op, value),
            },
            Op::ReadAt { .. }
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Reweigh { .. }
            | Op::Tree(_) => Outcome::Refused,
        }
    }

    fn is_locked(&self, op: Op) -> bool {
        self.partition.local(op).into_iter().flatten().any(|key| self.holder(key).is_some())
    }

    /// Sets those registers that are here.
    fn write(&mut self, by: RequestId, op: Op, value: Value) -> Outcome {
        for key in self.partition.local(op).into_iter().flatten() {
            match self.stored.binary_search_by_key(&key, |stored| stored.key) {
                Ok(place) => {
                    let version = self.stored[place].version.saturating_add(1);
                    self.stored[place] = Stored { key, value, version, by };
                }
                Err(place) => self.stored.insert(place, Stored { key, value, version: 1, by }),
            }
        }
        Outcome::Done
    }

    /// A transaction has ended: one that is prepared here, or one that is coordinated here and is not to
    /// begin any more. The first word counts.
    fn end(&mut self, tx: Ballot, commit: bool) -> Outcome {
        let request = Partition::request(tx);
        if let Some(place) = self.prepared.iter().position(|known| known.id == tx) {
            let Command { op, .. } = self.prepared.remove(place).command;
            if let (true, Some(value)) = (commit, op.value()) {
                return self.write(request, op, value);
            }
            self.aborted.insert(request);
        } else if !commit && self.applied.insert(request) {
            self.aborted.insert(request);
        }
        Outcome::Done
    }

    /// How a request that changes something and has been applied ended.
    fn before(&self, request: RequestId) -> Outcome {
        if self.differed.contains(request) {
            Outcome::Differs
        } else if self.aborted.contains(request) {
            Outcome::Refused
        } else {
            Outcome::Done
        }
    }

    /// How a retry is to be answered, if the request has been applied and need not be again.
    #[must_use]
    pub fn answer(&self, request: RequestId, op: Op) -> Option<Outcome> {
        let changes = matches!(op, Op::Write { .. } | Op::Cas { .. } | Op::Pair { .. });
        (changes && self.applied.contains(request)).then(|| self.before(request))
    }

    /// The answer to what only reads; `None` for everything else.
    #[must_use]
    pub fn read(&self, op: Op) -> Option<Outcome> {
        if let Op::Read { key } = op { Some(Outcome::Value(self.get(key))) } else { None }
    }

    /// What a register holds.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Value> {
        let place = self.stored.binary_search_by_key(&key, |stored| stored.key).ok()?;
        Some(self.stored[place].value)
    }

    /// The transaction that holds a register locked.
    #[must_use]
    pub fn holder(&self, key: Key) -> Option<&Transaction> {
        self.prepared.iter().find(|known| known.keys.contains(&Some(key)))
    }

    /// Whether a transaction is committed here, or aborted; `None` where neither is known.
    #[must_use]
    pub fn outcome(&self, tx: Ballot) -> Option<bool> {
        let request = Partition::request(tx);
        let open = self.prepared.iter().any(|known| known.id == tx);
        (!open && self.applied.contains(request)).then(|| !self.aborted.contains(request))
    }

    /// The transactions that it is prepared for.
    #[must_use]
    pub fn prepared(&self) -> &[Transaction] {
        &self.prepared
    }

    /// The registers that were written, in order.
    #[must_use]
    pub fn stored(&self) -> &[Stored] {
        &self.stored
    }

    /// Which requests have been applied.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.applied
    }

    /// Notes a request that somebody else has carried out.
    pub fn note(&mut self, request: RequestId) {
        self.applied.insert(request);
    }

    /// What it holds, for the table of all nodes' states.
    pub(super) fn cells(&self, out: &mut Vec<Cell>) {
        out.extend(self.stored.iter().map(|stored| Cell {
            group: Text::new("Registers", "寄存器"),
            name: Arg::Key(stored.key),
            value: Arg::Packed(ArgKind::Value, Some(stored.value).pack()),
            version: Some(Arg::Wide(stored.version.into())),
            state: CellState::Settled,
        }));
        let ballot = |id: Ballot| Arg::Packed(ArgKind::Ballot, id.bits());
        for Transaction { id, keys, .. } in &self.prepared {
            out.push(Cell {
                group: Text::new("Transactions", "事务"),
                name: ballot(*id),
                value: Arg::Word(Text::new("prepared", "就绪")),
                version: None,
                state: CellState::Pending,
            });
            out.extend(keys.iter().flatten().map(|key| Cell {
                group: Text::new("Locks", "锁"),
                name: Arg::Key(*key),
                value: ballot(*id),
                version: None,
                state: CellState::Pending,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Key = Key(0);
    const Y: Key = Key(1);

    fn shard(place: u8) -> Shard {
        let heads = [NodeId(0), NodeId(3), NodeId(0), NodeId(0)];
        Shard::new(Partition { place, count: 2, nodes: NodeSet::EMPTY, heads })
    }

    fn command(seq: u32, op: Op) -> Command {
        Command { request: RequestId { client: ClientId(2), seq }, op }
    }

    fn pair(seq: u32, a: Key, b: Key) -> Command {
        command(seq, Op::Pair { a, b, value: Value(seq) })
    }

    fn end(of: &Command, commit: bool) -> Command {
        let tx = shard(0).partition.number(of).expect("over two shards");
        Command { op: Op::End { tx, commit, suspects: false }, ..Command::NOOP }
    }

    #[test]
    fn a_number_tells_the_request_and_the_coordinator() {
        let partition = shard(0).partition;
        for (seq, client) in [(1, 0), (1, 63), (2, 0), (SEQ_MAX, 63)] {
            let request = RequestId { client: ClientId(client), seq };
            let op = Op::Pair { a: Y, b: X, value: Value(0) };
            let tx = partition.number(&Command { request, op }).expect("a number");
            assert_eq!((Partition::request(tx), partition.coordinator(tx)), (request, Some(1)));
        }
        assert_eq!(partition.number(&pair(SEQ_MAX + 1, X, Y)), None);
        assert_eq!(partition.number(&pair(1, X, Key(2))), None, "one shard is enough");
    }

    #[test]
    fn what_is_prepared_is_locked_until_it_ends() {
        for commit in [true, false] {
            let (mut shard, first, second) = (shard(1), pair(1, X, Y), pair(2, X, Y));
            assert_eq!(shard.apply(&first), Outcome::Done);
            assert_eq!((shard.get(Y), shard.prepared().len()), (None, 1));
            assert_eq!(shard.apply(&second), Outcome::Refused, "the lock is taken");
            assert_eq!(shard.apply(&command(3, Op::Write { key: Y, value: Value(9) })), Outcome::Refused);
            shard.apply(&end(&first, commit));
            assert_eq!((shard.get(Y), shard.prepared()), (commit.then_some(Value(1)), &[][..]));
            shard.apply(&end(&first, !commit));
            assert_eq!(shard.outcome(shard.partition.number(&first).expect("one")), Some(commit));
            assert_eq!(shard.apply(&first), if commit { Outcome::Done } else { Outcome::Refused });
            assert!(shard.prepared().is_empty(), "it is not prepared twice");
        }
    }

    #[test]
    fn at_the_coordinator_the_first_word_counts() {
        let (mut shard, first, second) = (shard(0), pair(1, X, Y), pair(2, X, Y));
        assert_eq!(shard.apply(&first), Outcome::Done);
        shard.apply(&end(&first, false));
        assert_eq!(
            (shard.get(X), shard.answer(first.request, first.op)),
            (Some(Value(1)), Some(Outcome::Done))
        );
        shard.apply(&end(&second, false));
        assert_eq!(shard.apply(&second), Outcome::Refused, "it came too late");
        assert_eq!(shard.get(X), Some(Value(1)));
    }

    #[test]
    fn a_pair_of_one_shard_needs_no_other() {
        let mut shard = shard(0);
        assert_eq!(shard.apply(&pair(1, X, Key(2))), Outcome::Done);
        assert_eq!((shard.get(X), shard.get(Key(2))), (Some(Value(1)), Some(Value(1))));
        let cas = Op::Cas { key: X, expect: Value(0), value: Value(4) };
        assert_eq!(shard.apply(&command(2, cas)), Outcome::Differs);
        assert_eq!(shard.answer(command(2, cas).request, cas), Some(Outcome::Differs));
    }
}
