//! What is shown of clients and storage.

use super::{Disk, Section, Terms};
use crate::model::{Arg, ArgKind, Cell, CellState, Field, NodeId, Packed, Text};

const fn number(number: u32) -> Arg {
    Arg::Packed(ArgKind::Number, number)
}

/// Their state in words.
pub fn fields(terms: &Terms, me: NodeId, section: &Section, disk: &Disk, out: &mut Vec<Field>) {
    let mut field = |en, zh, value, durable| out.push(Field { name: Text::new(en, zh), value, durable });
    if terms.crew.clients.contains(me) {
        field("requests in line", "排队的请求", number(section.waiting()), false);
        field("asked so far", "已询问次数", number(disk.seq), true);
        if let Some(hold) = section.hold() {
            field("holds token", "持有令牌", number(hold.token), false);
            field("lease until (ms)", "租约至（毫秒）", Arg::Wide(hold.until.0 / 1_000), false);
        }
    }
    if terms.crew.storage == me {
        field("writes", "写入次数", number(disk.store.version()), true);
    }
}

/// The lease of a client, and what the storage holds with the highest token that has been there.
pub fn cells(section: &Section, disk: &Disk, out: &mut Vec<Cell>) {
    let lease =
        |name, value, state| Cell { group: Text::new("Leases", "租约"), name, value, version: None, state };
    if let Some(key) = section.waits() {
        out.push(lease(Arg::Key(key), Arg::Word(Text::new("waits", "等待")), CellState::Pending));
    }
    if let Some(hold) = section.hold() {
        let state = if hold.over { CellState::Refused } else { CellState::Settled };
        let value =
            Arg::Word(if hold.over { Text::new("over", "已过期") } else { Text::new("holds", "持有") });
        out.push(Cell { version: Some(number(hold.token)), ..lease(Arg::Key(hold.key), value, state) });
    }
    out.extend(disk.highest.iter().map(|(key, token)| Cell {
        group: Text::new("Storage", "存储"),
        name: Arg::Key(*key),
        value: Arg::Packed(ArgKind::Value, disk.store.get(*key).pack()),
        version: Some(number(*token)),
        state: CellState::Settled,
    }));
}
