//! The alternating-bit protocol over two queues that lose messages.
//!
//! States with longer queues than the constants allow are counted as generated and not explored.

use super::{Model, VALUE, named, sent};
use crate::explore::constants::{Constant, Constants};
use crate::explore::layout::{Field, Layout};
use crate::explore::rename::Renamings;
use crate::explore::system::{Action, Next, Property, Symmetry, System};
use crate::model::{Lang, PropertyWord, Text};

pub(super) const MODEL: Model = Model {
    id: "alternating-bit",
    name: Text::new("Alternating bit", "交替位协议"),
    summary: Text::new(
        "A sender and a receiver agree on one value after the other over channels that lose messages.",
        "发送方与接收方在会丢失消息的信道上逐个传递值。",
    ),
    source: "L. Lamport, Specifying Systems: AlternatingBit.tla with MCAlternatingBit.tla",
    constants: &[
        Constant {
            id: "data", help: Text::new("values that may be sent", "可发送的值的数目"), ..VALUE
        },
        Constant {
            id: "msgqlen",
            help: Text::new("the longest queue of messages", "消息队列的最大长度"),
            least: 0,
            most: 8,
            default: 2,
        },
        Constant {
            id: "ackqlen",
            help: Text::new("the longest queue of acknowledgements", "确认队列的最大长度"),
            least: 0,
            most: 8,
            default: 2,
        },
    ],
    quorums: &[],
    symmetry: Some(Text::new("values", "值")),
    start: |constants| Box::new(AlternatingBit::new(constants)),
};

/// What is acknowledged was received.
static RECEIVED: PropertyWord = PropertyWord {
    id: "acknowledged-received",
    name: Text::new("What is acknowledged was received", "被确认即已收到"),
    statement: Text::new(
        "when the sender may send a new value, the receiver has the last one",
        "当发送方可以发送新值时，接收方已收到上一个值",
    ),
};

const ACTIONS: [&str; 7] = ["SndNewValue", "ReSndMsg", "RcvMsg", "SndAck", "RcvAck", "LoseMsg", "LoseAck"];

struct AlternatingBit {
    data: usize,
    layout: Layout,
    s_bit: Field,
    s_ack: Field,
    r_bit: Field,
    sent: Field,
    rcvd: Field,
    /// From the front: 0 for no message, otherwise 1 + 2 · value + bit.
    msg_q: Vec<Field>,
    /// From the front: 0 for none, otherwise 1 + bit.
    ack_q: Vec<Field>,
    renamings: Renamings,
}

impl AlternatingBit {
    fn new(constants: &Constants) -> Self {
        let count = |id| constants.get(id) as usize;
        let data = count("data");
        let mut layout = Layout::default();
        Self {
            data,
            s_bit: layout.field(1),
            s_ack: layout.field(1),
            r_bit: layout.field(1),
            sent: layout.field(data as u64 - 1),
            rcvd: layout.field(data as u64 - 1),
            msg_q: layout.fields(count("msgqlen"), 2 * data as u64),
            ack_q: layout.fields(count("ackqlen"), 2),
            renamings: Renamings::new(data, 0, |_| true),
            layout,
        }
    }
}

fn length(queue: &[Field], state: &[u64]) -> usize {
    queue.iter().take_while(|place| place.get(state) != 0).count()
}

/// Takes what stands at a place out.
fn remove(queue: &[Field], state: &mut [u64], from: usize) {
    for place in from..queue.len() {
        let behind = queue.get(place + 1).map_or(0, |field| field.get(state));
        queue[place].set(state, behind);
    }
}

/// A successor with one more at the end, unless that is too long.
fn append<'a>(
    queue: &[Field],
    state: &[u64],
    item: u64,
    action: Action,
    out: &'a mut Next,
) -> Option<&'a mut [u64]> {
    let Some(end) = queue.get(length(queue, state)) else {
        out.outside();
        return None;
    };
    let next = out.step(action, state);
    end.set(next, item);
    Some(next)
}

impl System for AlternatingBit {
    fn width(&self) -> usize {
        self.layout.words()
    }

    fn initial(&mut self, out: &mut Next) {
        let nothing = vec![0; self.width()];
        for bit in 0..2 {
            for sent in 0..self.data as u64 {
                for rcvd in 0..self.data as u64 {
                    let state = out.step(0, &nothing);
                    [self.s_bit, self.s_ack, self.r_bit].iter().for_each(|field| field.set(state, bit));
                    self.sent.set(state, sent);
                    self.rcvd.set(state, rcvd);
                }
            }
        }
    }

    fn successors(&mut self, state: &[u64], out: &mut Next) {
        let (s_bit, sent) = (self.s_bit.get(state), self.sent.get(state));
        if self.s_ack.get(state) == s_bit {
            for value in 0..self.data as u64 {
                let bit = 1 - s_bit;
                if let Some(next) = append(&self.msg_q, state, 1 + 2 * value + bit, value << 8, out) {
                    self.sent.set(next, value);
                    self.s_bit.set(next, bit);
                }
            }
        } else {
            append(&self.msg_q, state, 1 + 2 * sent + s_bit, 1, out);
        }
        let front = self.msg_q.first().map_or(0, |field| field.get(state));
        if front != 0 {
            let next = out.step(2, state);
            remove(&self.msg_q, next, 0);
            self.r_bit.set(next, (front - 1) % 2);
            self.rcvd.set(next, (front - 1) / 2);
        }
        append(&self.ack_q, state, 1 + self.r_bit.get(state), 3, out);
        let front = self.ack_q.first().map_or(0, |field| field.get(state));
        if front != 0 {
            let next = out.step(4, state);
            remove(&self.ack_q, next, 0);
            self.s_ack.set(next, front - 1);
        }
        for (queue, action) in [(&self.msg_q, 5), (&self.ack_q, 6)] {
            for place in 0..length(queue, state) {
                remove(queue, out.step(action | (place as u64) << 8, state), place);
            }
        }
    }

    fn properties(&self) -> &[Property] {
        const { &[Property::always(&RECEIVED)] }
    }

    fn noted(&mut self, state: &[u64]) -> u32 {
        // At the start nothing was sent yet: then the bits are equal and so are all messages'.
        let agreed = self.s_ack.get(state) == self.s_bit.get(state);
        u32::from(agreed && self.r_bit.get(state) != self.s_bit.get(state))
    }

    fn symmetry(&self) -> Symmetry {
        self.renamings.symmetry()
    }

    fn renamed(&self, which: usize, state: &[u64], out: &mut [u64]) {
        let values = self.renamings.get(which).0;
        let value = |value: u64| u64::from(values[value as usize]);
        out.copy_from_slice(state);
        self.sent.set(out, value(self.sent.get(state)));
        self.rcvd.set(out, value(self.rcvd.get(state)));
        for field in &self.msg_q {
            let item = field.get(state);
            if item != 0 {
                field.set(out, 1 + 2 * value((item - 1) / 2) + (item - 1) % 2);
            }
        }
    }

    fn action(&self, action: Action, _lang: Lang) -> String {
        let (name, place) = (ACTIONS[(action & 0xff) as usize % ACTIONS.len()], action >> 8);
        match action & 0xff {
            0 => format!("{name}({})", named('d', place as usize)),
            5 | 6 => format!("{name}({})", place + 1),
            _ => name.into(),
        }
    }

    fn show(&self, state: &[u64], _lang: Lang) -> String {
        let items = |queue: &[Field]| -> Vec<u64> {
            queue.iter().map(|place| place.get(state)).take_while(|item| *item != 0).collect()
        };
        let message = |item: &u64| format!("<{}, {}>", (item - 1) % 2, named('d', ((item - 1) / 2) as usize));
        let msg_q = sent(items(&self.msg_q).iter().map(message).collect());
        let ack_q = sent(items(&self.ack_q).iter().map(|item| (item - 1).to_string()).collect());
        let [s_bit, s_ack, r_bit] = [self.s_bit, self.s_ack, self.r_bit].map(|field| field.get(state));
        let [sent, rcvd] = [self.sent, self.rcvd].map(|field| named('d', field.get(state) as usize));
        format!(
            "msgQ = {msg_q}, ackQ = {ack_q}, sBit = {s_bit}, sAck = {s_ack}, rBit = {r_bit}, sent = {sent}, rcvd = {rcvd}"
        )
    }
}
