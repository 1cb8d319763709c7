//! What happened, one record an event: 32 bytes each, turned into words only where someone reads
//! them. One arrow notation serves the event list, the golden tests and bug reports alike.
//!
//! ```text
//! 1204.000 S3 → S2 RequestVote term=3 last=2 index=4 m17
//! 1213.120 S2 ← S3 RequestVote m17
//! 1213.120 S2 : GrantVote candidate=S3 term=3
//! 1216.400 S3 ⇨ leader 3
//! ```

use crate::model::{
    Arg, ArgKind, ClientId, Command, Fact, Fingerprint, Lang, NodeId, Notice, Op, Outcome, RequestId, Spec,
    Time, Tone, Value, shown,
};
use std::fmt::Write as _;
use std::hash::Hasher as _;

/// What kind of event a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A node sends: `code` and `args` are the message in brief, `link` how long it travels in µs.
    Send,
    /// A message arrives at `node`: `link` is the record that sent it.
    Arrive,
    /// A message is lost on its way to `node`: `code` is a [`Loss`], `link` the record that sent it.
    Vanish,
    /// A timer runs out: `code` is the timer.
    Timer,
    /// A rule fires.
    Because,
    /// A node has another role or epoch: `code` is the role, `args` the epoch and whether it leads.
    Role,
    /// A slot is decided at a node: `link` is the slot, `args` the packed command.
    Decide,
    /// A disk has finished a write.
    Written,
    /// A node starts, for the first time or again.
    Boot,
    /// A node crashes; `code` 1 where its disk is lost too.
    Crash,
    /// A node stands still.
    Pause,
    /// A node goes on.
    Resume,
    /// A window of a fault opens (`code` 1) or closes (0): `link` is its place in the list.
    Fault,
    /// A client asks `node`: `args` is the packed command, `link` which try it is.
    Call,
    /// A client is told by `node`: `args` are client, count, and the packed outcome.
    Return,
    /// A client's request is lost: `code` 0 because `node` is down, 1 because a cut is between them,
    /// `args` the packed command; with code 2 the answer of `node` is, `args` as for a return.
    Unheard,
    /// Somebody lets a timer run out by hand: `code` is the timer; `link` 0 where the node is up, and
    /// otherwise nothing comes of it: 1 where it is paused, 2 where it is down.
    Hand,
    /// A node's number has changed: `args` are the two halves of a [`Inspection::level`], low first.
    ///
    /// [`Inspection::level`]: crate::model::Inspection::level
    Level,
    /// Every node's configuration is changed by hand: `link` is the planned change's place in the list.
    Change,
}

/// Why a message never arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Loss {
    /// By chance.
    Chance,
    /// The link was cut.
    Cut,
    /// The receiver was down.
    Down,
    /// The connection broke when an end crashed.
    Broken,
    /// By hand.
    Hand,
}

impl Loss {
    const NAMES: [&'static str; 5] = ["lost", "cut", "down", "broken", "dropped"];

    /// Its name in traces, from the code of a [`Kind::Vanish`].
    #[must_use]
    pub fn name(code: u8) -> &'static str {
        Self::NAMES.get(usize::from(code)).copied().unwrap_or("lost")
    }
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When, in µs: no run comes near the 71 minutes that this holds, and a run has millions of records.
    pub(crate) at_us: u32,
    /// See [`Kind`].
    pub args: [u32; 4],
    /// See [`Kind`].
    pub link: u32,
    /// The message's number in the run, for the three kinds that tell of one.
    pub message: u32,
    /// What kind of event.
    pub kind: Kind,
    /// Where it happened.
    pub node: NodeId,
    /// The other end of a message; otherwise the node itself.
    pub peer: NodeId,
    /// See [`Kind`].
    pub code: u8,
}

/// A run in records, in order.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    records: Vec<Record>,
    /// Per event of the queue, the first record that tells of it.
    starts: Vec<u32>,
    digest: u64,
    bulk: u64,
}

impl Trace {
    /// Every record.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// A fingerprint of all records: equal for equal runs, natively and in wasm.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    /// Roughly how many bytes the messages between different nodes have carried beside their facts.
    #[must_use]
    pub const fn bulk(&self) -> u64 {
        self.bulk
    }

    /// How many events of the queue are told of.
    #[must_use]
    pub const fn events(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The place of the first record later than a moment.
    #[must_use]
    pub fn after(&self, at: Time) -> usize {
        self.records.partition_point(|record| record.at() <= at)
    }

    /// The records of one event of the queue, counted from 1.
    #[must_use]
    pub fn event(&self, event: u32) -> &[Record] {
        let bound =
            |event: u32| self.starts.get(event as usize).map_or(self.records.len(), |start| *start as usize);
        if event == 0 { &[] } else { &self.records[bound(event - 1)..bound(event)] }
    }

    /// Which event of the queue (from 1) a record belongs to; 0 before the first.
    #[must_use]
    pub fn event_of(&self, record: usize) -> u32 {
        self.starts.partition_point(|start| *start as usize <= record) as u32
    }

    /// How many events happened up to and including a moment.
    #[must_use]
    pub fn events_until(&self, at: Time) -> u32 {
        let records = &self.records;
        self.starts
            .partition_point(|start| records.get(*start as usize).is_some_and(|record| record.at() <= at))
            as u32
    }

    pub(super) fn carry(&mut self, bytes: u32) {
        self.bulk += u64::from(bytes);
    }

    pub(super) fn begin_event(&mut self) {
        self.starts.push(self.records.len() as u32);
    }

    pub(super) fn push(&mut self, record: Record) -> u32 {
        let mut digest = Fingerprint::after(self.digest);
        let word = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        digest.write_u64(record.at().0);
        digest.write_u64(word(record.args[0], record.args[1]));
        digest.write_u64(word(record.args[2], record.args[3]));
        digest.write_u64(word(record.link, record.message));
        digest.write_u32(u32::from_le_bytes([record.kind as u8, record.node.0, record.peer.0, record.code]));
        self.digest = digest.finish();
        if self.records.len() == self.records.capacity() {
            // By a quarter rather than to the double: a long run fills most of a page's memory.
            self.records.reserve_exact((self.records.len() / 4).max(1_024));
        }
        self.records.push(record);
        self.records.len() as u32 - 1
    }

    /// The line of one record, as the golden tests have it.
    #[must_use]
    pub fn line(&self, record: &Record, spec: &Spec) -> String {
        let Record { node, peer, code, .. } = *record;
        let mut out = format!("{} ", record.at());
        // Writing to a String cannot fail.
        let _ = match record.kind {
            Kind::Send => {
                let _ = write!(out, "{node} → {peer} ");
                message_words(&mut out, spec, &record.fact(), record.message);
                Ok(())
            }
            Kind::Arrive => {
                write!(out, "{node} ← {peer} {} m{}", self.message_name(record, spec), record.message)
            }
            Kind::Vanish => {
                let (name, why) = (self.message_name(record, spec), Loss::name(code));
                write!(out, "{node} ⇠ {peer} {name} m{} {why}", record.message)
            }
            Kind::Timer => {
                write!(out, "{node} ! {}", spec.timers.get(usize::from(code)).map_or("?", |t| t.name))
            }
            Kind::Because => {
                let rule = &spec.rules[usize::from(code)];
                let _ = write!(out, "{node} : {}", rule.name);
                named_args(&mut out, rule.args, &record.args);
                Ok(())
            }
            Kind::Role => {
                let _ = write!(out, "{node} ⇨ {} ", spec.roles[usize::from(code)].id);
                shown(&mut out, Arg::Packed(spec.epoch.kind, record.args[0]), Lang::En);
                Ok(())
            }
            Kind::Decide => write!(out, "{node} = {} {}", record.link, record.command().op),
            Kind::Written => write!(out, "{node} ▪ written"),
            Kind::Boot => write!(out, "{node} ▲ starts"),
            Kind::Crash => {
                write!(out, "{node} ▼ crashes{}", if code == 1 { " and loses its disk" } else { "" })
            }
            Kind::Pause => write!(out, "{node} ‖ pauses"),
            Kind::Resume => write!(out, "{node} ▷ goes on"),
            Kind::Fault => {
                write!(out, "fault {} {}", record.link + 1, if code == 1 { "opens" } else { "closes" })
            }
            Kind::Call => {
                let command = record.command();
                write!(out, "{} → {node} {} {}", client(command.request.client), command.request, command.op)
            }
            Kind::Return => {
                let (request, outcome) = record.returned();
                write!(out, "{} ← {node} {request} {outcome}", client(request.client))
            }
            Kind::Unheard if code == 2 => {
                let (request, outcome) = record.returned();
                write!(out, "{} ⇠ {node} {request} {outcome} cut", client(request.client))
            }
            Kind::Unheard => {
                let Command { request, op } = record.command();
                let why = if code == 1 { "cut" } else { "down" };
                write!(out, "{node} ⇠ {} {request} {op} {why}", client(request.client))
            }
            Kind::Hand => {
                let timer = spec.timers.get(usize::from(code)).map_or("?", |timer| timer.name);
                let in_vain = ["", " in vain: paused", " in vain: down"];
                write!(out, "{node} ☞ {timer}{}", in_vain.get(record.link as usize).unwrap_or(&""))
            }
            Kind::Level => {
                let _ = write!(out, "{node} ~ ");
                shown(&mut out, Arg::Nano(record.level()), Lang::En);
                Ok(())
            }
            Kind::Change => write!(out, "☞ weights {}", record.link + 1),
        };
        out
    }

    fn message_name(&self, record: &Record, spec: &Spec) -> &'static str {
        let sent = self.records.get(record.link as usize);
        sent.and_then(|sent| spec.messages.get(usize::from(sent.code))).map_or("?", |word| word.name)
    }

    /// How much a record matters to someone who watches.
    #[must_use]
    pub fn notice(&self, record: &Record, spec: &Spec) -> Notice {
        let message = |code: u8| match spec.messages[usize::from(code)].tone {
            Tone::Routine => Notice::Routine,
            Tone::Plain | Tone::Yes | Tone::No => Notice::Step,
        };
        match record.kind {
            Kind::Send => message(record.code),
            Kind::Arrive | Kind::Vanish => {
                self.records.get(record.link as usize).map_or(Notice::Step, |s| message(s.code))
            }
            Kind::Because => spec.rules[usize::from(record.code)].notice,
            // The rule that follows says what it matters.
            Kind::Timer | Kind::Written | Kind::Level => Notice::Routine,
            Kind::Call | Kind::Return | Kind::Unheard | Kind::Hand | Kind::Role | Kind::Decide => {
                Notice::Step
            }
            Kind::Boot | Kind::Crash | Kind::Pause | Kind::Resume | Kind::Fault | Kind::Change => {
                Notice::Notable
            }
        }
    }
}

fn client(id: ClientId) -> String {
    format!("c{}", id.0 + 1)
}

fn named_args(out: &mut String, names: &[(&str, ArgKind)], args: &[u32; 4]) {
    for ((name, kind), word) in names.iter().zip(args) {
        let _ = write!(out, " {name}=");
        shown(out, Arg::Packed(*kind, *word), Lang::En);
    }
}

/// A message in the trace's notation: `RequestVote term=3 m17`.
fn message_words(out: &mut String, spec: &Spec, brief: &Fact, message: u32) {
    let word = &spec.messages[usize::from(brief.code)];
    out.push_str(word.name);
    named_args(out, word.args, &brief.args);
    let _ = write!(out, " m{message}");
}

impl Record {
    /// A record at a node, with nothing else said.
    #[must_use]
    pub const fn new(at: Time, kind: Kind, node: NodeId) -> Self {
        Self { at_us: at.0 as u32, args: [0; 4], link: 0, message: 0, kind, node, peer: node, code: 0 }
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Time {
        Time(self.at_us as u64)
    }

    /// The code and arguments.
    #[must_use]
    pub const fn fact(&self) -> Fact {
        Fact { code: self.code, args: self.args }
    }

    /// The number of a [`Kind::Level`], in billionths.
    #[must_use]
    pub const fn level(&self) -> i64 {
        ((self.args[1] as u64) << 32 | self.args[0] as u64) as i64
    }

    /// The command of a [`Kind::Decide`] or [`Kind::Call`].
    #[must_use]
    pub const fn command(&self) -> Command {
        let [who, seq, value, expect] = self.args;
        let op = Op::unpack((who >> 8) as u8, who as u8, value, expect);
        Command { request: RequestId { client: ClientId((who >> 16) as u16), seq }, op }
    }

    /// A command in the words of a record.
    #[must_use]
    pub const fn pack_command(command: Command) -> [u32; 4] {
        let (tag, key, value, expect) = command.op.pack();
        let who = (command.request.client.0 as u32) << 16 | (tag as u32) << 8 | key as u32;
        [who, command.request.seq, value, expect]
    }

    /// The request and outcome of a [`Kind::Return`].
    #[must_use]
    pub const fn returned(&self) -> (RequestId, Outcome) {
        let [who, seq, one, word] = self.args;
        let (client, tag, small) = (who as u16, (who >> 16) as u8, (who >> 24) as u8);
        let outcome = match tag {
            0 => Outcome::Done,
            1 => Outcome::Value(Some(Value(word))),
            2 => Outcome::Value(None),
            3 => Outcome::Differs,
            4 => Outcome::Redirect(Some(NodeId(word as u8))),
            5 => Outcome::Redirect(None),
            6 => Outcome::Refused,
            7 => Outcome::Granted(word),
            8 => Outcome::Held,
            9 => Outcome::Siblings { first: Value(one), second: Value(word), more: small },
            10 => Outcome::Names(word as u16),
            11 => Outcome::Level(word as i32),
            _ => Outcome::Unknown,
        };
        (RequestId { client: ClientId(client), seq }, outcome)
    }

    /// A request and its outcome in the words of a record.
    #[must_use]
    pub const fn pack_return(request: RequestId, outcome: Outcome) -> [u32; 4] {
        let (tag, small, one, word) = match outcome {
            Outcome::Done => (0, 0, 0, 0),
            Outcome::Value(Some(value)) => (1, 0, 0, value.0),
            Outcome::Value(None) => (2, 0, 0, 0),
            Outcome::Differs => (3, 0, 0, 0),
            Outcome::Redirect(Some(node)) => (4, 0, 0, node.0 as u32),
            Outcome::Redirect(None) => (5, 0, 0, 0),
            Outcome::Refused => (6, 0, 0, 0),
            Outcome::Granted(token) => (7, 0, 0, token),
            Outcome::Held => (8, 0, 0, 0),
            Outcome::Siblings { first, second, more } => (9, more as u32, first.0, second.0),
            Outcome::Names(names) => (10, 0, 0, names as u32),
            Outcome::Level(milli) => (11, 0, 0, milli as u32),
            Outcome::Unknown => (12, 0, 0, 0),
        };
        [small << 24 | tag << 16 | request.client.0 as u32, request.seq, one, word]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Path, TreeOp};

    #[test]
    fn a_record_stays_small() {
        assert_eq!(size_of::<Record>(), 32);
    }

    #[test]
    fn packing_loses_nothing() {
        let request = RequestId { client: ClientId(700), seq: 9 };
        for op in [
            Op::Noop,
            Op::Read { key: Key(3) },
            Op::Write { key: Key(1), value: Value(70_000) },
            Op::Cas { key: Key(2), expect: Value(1), value: Value(2) },
            Op::ReadAt { key: Key(4), version: 70_000 },
            Op::Acquire { key: Key(255) },
            Op::Release { key: Key(1), token: 9 },
            Op::Pair { a: Key(1), b: Key(200), value: Value(7) },
            Op::Reweigh { to: 3 },
            Op::End { tx: crate::model::Ballot::new(9, NodeId(3)), commit: true, suspects: true },
            Op::Tree(TreeOp::Make(Path(0x21))),
            Op::Tree(TreeOp::MakeDir(Path(0x4321))),
            Op::Tree(TreeOp::Put(Path(0xf), Value(70_000))),
            Op::Tree(TreeOp::Move(Path(0x1), Path(0x32))),
            Op::Tree(TreeOp::Remove(Path(0x1))),
            Op::Tree(TreeOp::List(Path::ROOT)),
        ] {
            let command = Command { request, op };
            let record = Record {
                args: Record::pack_command(command),
                ..Record::new(Time(0), Kind::Decide, NodeId(0))
            };
            assert_eq!(record.command(), command);
        }
        for outcome in [
            Outcome::Done,
            Outcome::Value(Some(Value(4))),
            Outcome::Value(None),
            Outcome::Differs,
            Outcome::Redirect(Some(NodeId(100))),
            Outcome::Redirect(None),
            Outcome::Refused,
            Outcome::Granted(33),
            Outcome::Held,
            Outcome::Siblings { first: Value(1), second: Value(70_000), more: 200 },
            Outcome::Names(0x7fff),
            Outcome::Level(-1_500),
            Outcome::Unknown,
        ] {
            let args = Record::pack_return(request, outcome);
            let record = Record { args, ..Record::new(Time(0), Kind::Return, NodeId(0)) };
            assert_eq!(record.returned(), (request, outcome));
        }
    }
}
