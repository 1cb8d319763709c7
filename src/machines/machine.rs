//! The state machine that a log drives, whichever one the run has.

use super::{Item, Kv, Locks, Namespace, Partition, Sessions, Shard};
use crate::model::{
    Arg, ArgKind, Cell, CellState, ChoiceWord, Command, LocalTime, Op, Outcome, Packed, RequestId, Setting,
    SettingGroup, SettingKind, Settings, Span, Text, Value,
};

/// The machine of a run, for the settings of every protocol that replicates one.
pub const MACHINE: Setting = Setting {
    id: "machine",
    name: Text::new("State machine", "状态机"),
    help: Text::new(
        "What the log drives: a store, locks with leases, or a small file system. Clients have to ask for what it offers.",
        "日志所驱动的对象：键值存储、带租约的锁，或一个小文件系统。客户端须请求它所提供的操作。",
    ),
    group: SettingGroup::Switch,
    kind: SettingKind::Choice {
        options: &[
            ChoiceWord { id: "kv", name: Text::new("key-value store", "键值存储") },
            ChoiceWord { id: "register", name: Text::new("register", "寄存器") },
            ChoiceWord { id: "lock", name: Text::new("locks", "锁") },
            ChoiceWord { id: "tree", name: Text::new("file system", "文件系统") },
        ],
        default: 0,
    },
};

/// How long a lock is leased where nothing else is said.
const LEASE: Span = Span::ms(1_000);

/// Which machine there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum MachineKind {
    /// Registers with names, and their versions.
    #[default]
    Kv,
    /// A single register.
    Register,
    /// Locks with leases and fencing tokens.
    Locks,
    /// A small file system.
    Tree,
    /// One shard of a store whose transactions reach over several.
    Shard,
}

/// What a machine is made from: the same on every replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MachineSetup {
    /// Which.
    pub kind: MachineKind,
    /// How long a lock is leased.
    pub lease: Span,
    /// The first fencing token of each lock.
    pub first_token: u32,
    /// A mistake: a lock is given back by whoever says so, with whatever token.
    pub careless: bool,
    /// Of a shard: which one, of how many.
    pub partition: Partition,
}

impl Default for MachineSetup {
    fn default() -> Self {
        Self {
            kind: MachineKind::Kv,
            lease: LEASE,
            first_token: 1,
            careless: false,
            partition: Partition::default(),
        }
    }
}

impl MachineSetup {
    /// As [`MACHINE`] was set.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self { kind: MachineKind::of(settings), ..Self::default() }
    }
}

impl MachineKind {
    /// The one that [`MACHINE`] was set to; the store where a protocol has no such setting.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let place = settings.get(MACHINE.id).map_or(0, |_| settings.choice(MACHINE.id));
        match place {
            1 => Self::Register,
            2 => Self::Locks,
            3 => Self::Tree,
            _ => Self::Kv,
        }
    }
}

/// A replicated state machine. Same commands in the same order: same state and same answers. A clone is a
/// snapshot.
///
/// ```
/// use quorate::machines::{Machine, MachineKind, MachineSetup};
/// use quorate::model::{ClientId, Command, Key, Op, Outcome, RequestId};
/// let locks = MachineSetup { kind: MachineKind::Locks, ..MachineSetup::default() };
/// let mut machine = Machine::new(locks);
/// let request = RequestId { client: ClientId(0), seq: 1 };
/// let acquire = Command { request, op: Op::Acquire { key: Key(0) } };
/// assert_eq!(machine.apply(&acquire), Outcome::Granted(1));
/// assert_eq!(machine.answer(request, acquire.op), Some(Outcome::Granted(1)), "a retry is told the same");
/// assert_eq!(Machine::default().apply(&acquire), Outcome::Refused);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Machine {
    /// Registers with names.
    Kv(Kv),
    /// One register, `x`.
    Register(Kv),
    /// Locks.
    Locks(Locks),
    /// A small file system.
    Tree(Namespace),
    /// One shard of a store.
    Shard(Shard),
}

impl Default for Machine {
    fn default() -> Self {
        Self::Kv(Kv::default())
    }
}

impl Machine {
    /// One that nothing has been done to.
    #[must_use]
    pub fn new(setup: MachineSetup) -> Self {
        match setup.kind {
            MachineKind::Kv => Self::Kv(Kv::default()),
            MachineKind::Register => Self::Register(Kv::default()),
            MachineKind::Locks => {
                Self::Locks(Locks::new(setup.lease, setup.first_token).careless(setup.careless))
            }
            MachineKind::Tree => Self::Tree(Namespace::default()),
            MachineKind::Shard => Self::Shard(Shard::new(setup.partition)),
        }
    }

    /// Applies a command and says how it ended. A request that was applied before changes nothing and ends
    /// the same; what the machine does not offer is refused.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        match self {
            Self::Register(_) if !is_of_register(command.op) => Outcome::Refused,
            Self::Kv(kv) | Self::Register(kv) => kv.apply(command),
            Self::Locks(locks) => locks.apply(command),
            Self::Tree(tree) => tree.apply(command),
            Self::Shard(shard) => shard.apply(command),
        }
    }

    /// How a retry is to be answered, if the request has been applied and need not be again: what only
    /// reads is read again instead.
    #[must_use]
    pub fn answer(&self, request: RequestId, op: Op) -> Option<Outcome> {
        match self {
            Self::Kv(kv) | Self::Register(kv) => kv.answer(request, op),
            Self::Locks(locks) => locks.answer(request, op),
            Self::Tree(tree) => tree.answer(request, op),
            Self::Shard(shard) => shard.answer(request, op),
        }
    }

    /// The answer to what only reads, from the state as it is; `None` for everything else, which has to go
    /// through the log.
    #[must_use]
    pub fn read(&self, op: Op) -> Option<Outcome> {
        match self {
            Self::Register(_) if !is_of_register(op) => None,
            Self::Kv(kv) | Self::Register(kv) => kv.read(op),
            Self::Locks(_) => None,
            Self::Tree(tree) => tree.read(op),
            Self::Shard(shard) => shard.read(op),
        }
    }

    /// The locks, if that is what it is.
    #[must_use]
    pub const fn locks(&self) -> Option<&Locks> {
        if let Self::Locks(locks) = self { Some(locks) } else { None }
    }

    /// The shard, if that is what it is.
    #[must_use]
    pub const fn shard(&self) -> Option<&Shard> {
        if let Self::Shard(shard) = self { Some(shard) } else { None }
    }

    /// Which requests have been applied.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        match self {
            Self::Kv(kv) | Self::Register(kv) => kv.sessions(),
            Self::Locks(locks) => locks.sessions(),
            Self::Tree(tree) => tree.sessions(),
            Self::Shard(shard) => shard.sessions(),
        }
    }

    /// What a snapshot of it takes on the wire, about.
    #[must_use]
    pub fn bytes(&self) -> u32 {
        let held = match self {
            Self::Kv(kv) | Self::Register(kv) => kv.bytes(),
            Self::Locks(locks) => locks.bytes(),
            Self::Tree(tree) => tree.bytes(),
            Self::Shard(shard) => shard.bytes(),
        };
        held + self.sessions().bytes()
    }

    /// Notes a request that the protocol has carried out itself: it is not to be carried out again.
    pub fn note(&mut self, request: RequestId) {
        match self {
            Self::Kv(kv) | Self::Register(kv) => kv.note(request),
            Self::Locks(locks) => locks.note(request),
            Self::Tree(tree) => tree.note(request),
            Self::Shard(shard) => shard.note(request),
        }
    }

    /// Whether a request has been applied.
    #[must_use]
    pub fn has_applied(&self, request: RequestId) -> bool {
        self.sessions().contains(request)
    }

    /// What it holds, for the table of all nodes' states.
    pub fn cells(&self, out: &mut Vec<Cell>) {
        match self {
            Self::Kv(kv) | Self::Register(kv) => {
                let group = Text::new("Registers", "寄存器");
                out.extend(kv.registers().map(|(key, value, version)| Cell {
                    group,
                    name: Arg::Key(key),
                    value: number(Some(value)),
                    version: version.map(|version| Arg::Wide(version.into())),
                    state: CellState::Settled,
                }));
            }
            Self::Locks(locks) => out.extend(locks.locks().map(|(key, lock)| Cell {
                group: Text::new("Locks", "锁"),
                name: Arg::Key(key),
                value: match lock.holder {
                    Some(client) => Arg::Client(client),
                    None => Arg::Word(Text::new("free", "空闲")),
                },
                version: Some(Arg::Wide(lock.token.into())),
                // A lease that is over may still be prolonged by nobody: somebody else gets the lock.
                state: match lock.holder {
                    Some(_) if !locks.is_held(&lock) => CellState::Refused,
                    Some(_) | None => CellState::Settled,
                },
            })),
            Self::Tree(tree) => out.extend(tree.items().map(|(path, item)| Cell {
                group: Text::new("Files", "文件"),
                name: Arg::Path(path),
                value: match item {
                    Item::Dir => Arg::Word(Text::new("directory", "目录")),
                    Item::File(value) => number(value),
                },
                version: None,
                state: CellState::Settled,
            })),
            Self::Shard(shard) => shard.cells(out),
        }
    }
}

/// A leader's clock, as it goes into the log; one that begins to lead has a new one.
///
/// Clocks of two leaders need not agree, so none of them is taken at its word. The log's time goes on from
/// where it stands, by what the leader's clock has gone on since. While nobody leads it stands still, and
/// leases last that much longer: never shorter (Burrows 2006, §2.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogClock {
    /// Where the log's time stood, in ms, and what the leader's clock showed then.
    from: Option<(u32, LocalTime)>,
}

impl LogClock {
    /// What the leader has to put into its log before a command, if anything.
    ///
    /// ```
    /// use quorate::machines::{LogClock, Machine, MachineKind, MachineSetup};
    /// use quorate::model::{Key, LocalTime, Op};
    /// let setup = MachineSetup { kind: MachineKind::Locks, ..MachineSetup::default() };
    /// let (machine, mut clock) = (Machine::new(setup), LogClock::default());
    /// let acquire = Op::Acquire { key: Key(0) };
    /// assert_eq!(clock.stamp(&machine, acquire, LocalTime(7_000_000)), None, "where it stands");
    /// let stamp = clock.stamp(&machine, acquire, LocalTime(7_030_000)).unwrap();
    /// assert_eq!(stamp.op, Op::Clock { at: 30 });
    /// ```
    pub fn stamp(&mut self, machine: &Machine, op: Op, now: LocalTime) -> Option<Command> {
        let locks = machine.locks().filter(|_| matches!(op, Op::Acquire { .. } | Op::Release { .. }))?;
        let (from, since) = *self.from.get_or_insert((locks.clock_ms(), now));
        let passed = u32::try_from((now - since).0 / 1_000).unwrap_or(u32::MAX);
        let at = from.saturating_add(passed);
        (at > locks.clock_ms()).then_some(Command { op: Op::Clock { at }, ..Command::NOOP })
    }
}

fn number(value: Option<Value>) -> Arg {
    Arg::Packed(ArgKind::Value, value.pack())
}

/// Whether a single register offers an operation.
const fn is_of_register(op: Op) -> bool {
    match op {
        Op::Noop | Op::Clock { .. } => true,
        Op::Read { key } | Op::Write { key, .. } | Op::Cas { key, .. } => key.0 == 0,
        Op::ReadAt { .. }
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Pair { .. }
        | Op::Reweigh { .. }
        | Op::End { .. }
        | Op::Tree(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClientId, Key, Path, TreeOp};

    fn command(seq: u32, op: Op) -> Command {
        Command { request: RequestId { client: ClientId(0), seq }, op }
    }

    #[test]
    fn each_offers_its_own_and_refuses_the_rest() {
        let key = Key(0);
        let ops = [
            Op::Write { key, value: Value(1) },
            Op::Write { key: Key(1), value: Value(1) },
            Op::Acquire { key },
            Op::Tree(TreeOp::MakeDir(Path(1))),
        ];
        let kinds = [MachineKind::Kv, MachineKind::Register, MachineKind::Locks, MachineKind::Tree];
        let done = kinds.map(|kind| {
            let mut machine = Machine::new(MachineSetup { kind, ..MachineSetup::default() });
            let outcomes = (1..).zip(ops).map(|(seq, op)| machine.apply(&command(seq, op)).is_yes());
            outcomes.collect::<Vec<_>>()
        });
        assert_eq!(done[0], [true, true, false, false]);
        assert_eq!(done[1], [true, false, false, false]);
        assert_eq!(done[2], [false, false, true, false]);
        assert_eq!(done[3], [false, false, false, true]);
    }

    #[test]
    fn only_locks_need_the_time_and_a_new_leader_goes_on_from_where_it_stands() {
        let acquire = Op::Acquire { key: Key(0) };
        let at = |at| Some(Command { op: Op::Clock { at }, ..Command::NOOP });
        let mut locks = Machine::new(MachineSetup { kind: MachineKind::Locks, ..MachineSetup::default() });
        let mut first = LogClock::default();
        assert_eq!(first.stamp(&locks, acquire, LocalTime(500_000)), None);
        assert_eq!(first.stamp(&locks, Op::Noop, LocalTime(600_000)), None);
        let stamp = first.stamp(&locks, acquire, LocalTime(507_500));
        assert_eq!(stamp, at(7));
        stamp.iter().for_each(|stamp| assert_eq!(locks.apply(stamp), Outcome::Done));
        assert_eq!(first.stamp(&locks, acquire, LocalTime(507_900)), None, "no ms has passed");
        // The next leader's clock is far ahead: that is no time that has passed.
        let mut second = LogClock::default();
        assert_eq!(second.stamp(&locks, acquire, LocalTime(90_000_000)), None);
        assert_eq!(second.stamp(&locks, acquire, LocalTime(90_003_000)), at(10));
        assert_eq!(LogClock::default().stamp(&Machine::default(), acquire, LocalTime(7_500)), None);
    }

    #[test]
    fn a_clone_is_a_snapshot() {
        let mut machine = Machine::default();
        machine.apply(&command(1, Op::Write { key: Key(0), value: Value(1) }));
        let (snapshot, mut cells) = (machine.clone(), Vec::new());
        machine.apply(&command(2, Op::Write { key: Key(0), value: Value(2) }));
        assert_eq!(snapshot.read(Op::Read { key: Key(0) }), Some(Outcome::Value(Some(Value(1)))));
        snapshot.cells(&mut cells);
        assert_eq!((cells.len(), cells[0].version), (1, Some(Arg::Wide(1))));
    }
}
