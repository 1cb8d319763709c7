//! The storage: what the lock protects. It alone sees in which order things happen to it.

use super::{Disk, Locking, Message, Put, Terms, Why, write};
use crate::model::{Access, Command, Effects, Key, NodeId, Op, Outcome, RequestId, Value};

/// The storage has no state but its disk.
#[derive(Clone, Copy, Debug)]
pub struct Storage;

impl Storage {
    /// A client begins its work, or only reads.
    pub fn on_open<P: Locking>(
        disk: &mut Disk,
        terms: &Terms,
        from: NodeId,
        (key, token, request): (Key, u32, RequestId),
        out: &mut Effects<P>,
    ) {
        if token == 0 {
            out.because(Why::ReadOnly { from });
        } else if !Self::lets(disk, terms, from, (key, token), out) {
            return;
        } else {
            let access = Self::access(disk, key, from, token, false);
            write(disk, Put::Access(access), out);
        }
        // Any change will do: the answer is what it was told.
        let before = disk.store.answer(request, Op::Write { key, value: Value::default() });
        out.send(from, P::say(Message::Opened { token, request, value: disk.store.get(key), before }));
    }

    /// A client writes.
    pub fn on_write<P: Locking>(
        disk: &mut Disk,
        terms: &Terms,
        from: NodeId,
        token: u32,
        command: Command,
        out: &mut Effects<P>,
    ) {
        let request = command.request;
        let key = command.op.key().unwrap_or_default();
        let outcome = if let Some(before) = disk.store.answer(request, command.op) {
            // However late it comes: it was written once.
            out.because(Why::StoredBefore { from, token });
            before
        } else if !Self::lets(disk, terms, from, (key, token), out) {
            return;
        } else {
            let version = disk.store.version();
            let access = Self::access(disk, key, from, token, true);
            write(disk, Put::Store(access, command), out);
            P::stored(disk, command, out);
            if disk.store.version() == version { Outcome::Differs } else { Outcome::Done }
        };
        out.send(from, P::say(Message::Stored { token, request, outcome }));
    }

    /// Whether a token may act: not if a higher one has been seen (the fence).
    fn lets<P: Locking>(
        disk: &Disk,
        terms: &Terms,
        from: NodeId,
        (key, token): (Key, u32),
        out: &mut Effects<P>,
    ) -> bool {
        let highest = disk.highest.get(&key).copied().unwrap_or(0);
        let old = token < highest;
        if old && terms.fencing {
            out.because(Why::RefuseToken { from, token, highest });
            out.send(from, P::say(Message::Refused { token, highest }));
            return false;
        }
        out.because(match old {
            true if P::ORDERED => Why::LetOld { from, token, highest },
            true | false => Why::Let { from, token },
        });
        true
    }

    fn access(disk: &Disk, key: Key, by: NodeId, token: u32, writes: bool) -> Access {
        let count = disk.access.map_or(0, |access| access.count).saturating_add(1);
        Access { count, key, by, token, writes }
    }
}
