//! Servers that each keep a copy of their own, and clients that write to one and read from the next:
//! with one server a register, with two not linearizable.
//!
//! A client writes its own value at server (its number mod servers), and when told that this is done
//! reads at the server after that. Messages are neither lost nor doubled, and arrive in any order.

use super::{Model, named, row};
use crate::explore::constants::{Constant, Constants};
use crate::explore::layout::{Field, Layout};
use crate::explore::system::{Action, Next, Property, System};
use crate::model::{Lang, PropertyWord, Text};

pub(super) const MODEL: Model = Model {
    id: "single-copy-register",
    name: Text::new("Single-copy register", "单副本寄存器"),
    summary: Text::new(
        "Each server keeps a register of its own; clients write at one and read at the next.",
        "每台服务器各有一个寄存器；客户端写入其一，从下一台读取。",
    ),
    source: "stateright, examples/single-copy-register.rs",
    constants: &[
        Constant {
            id: "servers",
            help: Text::new("servers, a copy each", "服务器数，各有一份副本"),
            least: 1,
            most: 4,
            default: 2,
        },
        Constant {
            id: "clients",
            help: Text::new("clients, a write and a read each", "客户端数，每个写一次读一次"),
            least: 1,
            most: 4,
            default: 2,
        },
    ],
    quorums: &[],
    symmetry: None,
    start: |constants| Box::new(SingleCopy::new(constants)),
};

/// The clients' operations could have been done one by one.
static LINEARIZABLE: PropertyWord = PropertyWord {
    id: "linearizable",
    name: Text::new("Linearizable", "可线性化"),
    statement: Text::new(
        "each operation seems to happen at once, between its call and its return",
        "每个操作都像在调用与返回之间的某一时刻瞬间完成",
    ),
};

/// Somebody reads what was written.
static READS: PropertyWord = PropertyWord {
    id: "value-chosen",
    name: Text::new("A written value is read", "读到写入的值"),
    statement: Text::new("a client reads a value that was written", "有客户端读到写入的值"),
};

/// A client's write is on its way, done; its read is on its way, answered, done.
const PUT: u64 = 0;
const PUT_OK: u64 = 1;
const GET: u64 = 2;
const GET_OK: u64 = 3;
const DONE: u64 = 4;
const MESSAGES: [&str; 4] = ["Put", "PutOk", "Get", "GetOk"];

struct SingleCopy {
    servers: usize,
    clients: usize,
    layout: Layout,
    /// 0 is the initial value, otherwise 1 + whose.
    copies: Vec<Field>,
    phase: Vec<Field>,
    /// What its read was answered.
    read: Vec<Field>,
    /// Whose writes, and whose reads, were over when its read began: a bit for each client.
    after_puts: Vec<Field>,
    after_gets: Vec<Field>,
}

impl SingleCopy {
    fn new(constants: &Constants) -> Self {
        let (servers, clients) = (constants.get("servers") as usize, constants.get("clients") as usize);
        let mut layout = Layout::default();
        let all = (1 << clients) - 1;
        Self {
            servers,
            clients,
            copies: layout.fields(servers, clients as u64),
            phase: layout.fields(clients, DONE),
            read: layout.fields(clients, clients as u64),
            after_puts: layout.fields(clients, all),
            after_gets: layout.fields(clients, all),
            layout,
        }
    }

    /// Clients are numbered after the servers.
    const fn server(&self, client: usize, count: usize) -> usize {
        (self.servers + client + count) % self.servers
    }

    /// Whether the operations can be put in an order; `done` holds the writes, and the reads above
    /// them, that are in it already.
    fn orders(&self, state: &[u64], done: u64, value: u64) -> bool {
        let over = |client: usize| self.phase[client].get(state) == DONE;
        if (0..self.clients).all(|client| !over(client) || done >> (self.clients + client) & 1 == 1) {
            return true;
        }
        (0..self.clients).any(|client| {
            let (put, get) = (1u64 << client, 1u64 << (self.clients + client));
            if done & put == 0 {
                // Nothing comes before a write: all were called at the start.
                return self.orders(state, done | put, client as u64 + 1);
            }
            let before = self.after_puts[client].get(state) | self.after_gets[client].get(state) << self.clients;
            let fits = over(client) && done & get == 0 && before & !done == 0;
            fits && self.read[client].get(state) == value && self.orders(state, done | get, value)
        })
    }
}

impl System for SingleCopy {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        out.step(0, &vec![0; self.width()]);
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        for client in 0..self.clients {
            let phase = self.phase[client].get(state);
            if phase == DONE {
                continue;
            }
            let next = out.step(phase | (client as u64) << 8, state);
            self.phase[client].set(next, phase + 1);
            match phase {
                PUT => self.copies[self.server(client, 0)].set(next, client as u64 + 1),
                PUT_OK => {
                    let over = |from: u64| {
                        let those = (0..self.clients).filter(|other| self.phase[*other].get(next) >= from);
                        those.fold(0, |set, other| set | 1 << other)
                    };
                    let (puts, gets) = (over(GET), over(DONE));
                    self.after_puts[client].set(next, puts);
                    self.after_gets[client].set(next, gets);
                }
                GET => {
                    let copy = self.copies[self.server(client, 1)].get(state);
                    self.read[client].set(next, copy);
                }
                _ => {}
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&LINEARIZABLE), Property::sometimes(&READS)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        let read = (0..self.clients)
            .any(|client| self.phase[client].get(state) >= GET_OK && self.read[client].get(state) != 0);
        u32::from(!self.orders(state, 0, 0)) | u32::from(read) << 1
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (message, client) = ((action & 0xff) as usize % 4, (action >> 8) as usize);
        let server = named('s', self.server(client, message / 2));
        let (client, name) = (named('c', client), MESSAGES[message]);
        if message % 2 == 0 { format!("{client} → {server} {name}") } else { format!("{server} → {client} {name}") }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let value = |value: u64| match value as usize {
            0 => "initial".into(),
            value => named('v', value - 1),
        };
        let copies = row(self.servers, |server| value(self.copies[server].get(state)));
        let clients = row(self.clients, |client| match self.phase[client].get(state) {
            DONE => format!("read {}", value(self.read[client].get(state))),
            phase => format!("{} in flight", MESSAGES[phase as usize % 4]),
        });
        format!("copies = {copies}, clients = {clients}")
    }
}
