//! Quorate's Raft as an engine of the loop: ticks drive its timers, its disk is in memory.

use crate::engine::{Command, Engine, Out, Random, TICK};
use crate::loads;
use quorate::model::{
    ClientId, Durable, Effect, Effects, Input, Key, LocalTime, NodeId, Op, Protocol, RequestId, TimerKind,
    Value,
};
use quorate::protocols::raft::{self, Message, Raft, Timer};

pub struct QuorateRaft {
    node: Raft,
    config: raft::Config,
    disk: raft::Durable,
    now: u64,
    /// When each timer runs out.
    timers: [Option<u64>; 4],
    random: Random,
    effects: Effects<Raft>,
}

impl QuorateRaft {
    fn input(&mut self, input: Input<Raft>) {
        self.node.step(&self.config, LocalTime(self.now), input, &mut self.effects);
    }
}

impl Engine for QuorateRaft {
    type Message = Message;

    fn new(id: usize, nodes: usize) -> Self {
        let config = loads::config(nodes);
        let mut effects = Effects::default();
        let disk = raft::Durable::default();
        let node = Raft::boot(NodeId::at(id), &config, disk.clone(), LocalTime(0), &mut effects);
        Self { node, config, disk, now: 0, timers: [None; 4], random: Random(id as u64), effects }
    }

    fn campaign(&mut self) {
        self.input(Input::Timer(Timer::Election));
    }

    fn leads(&self) -> bool {
        self.node.inspect().leads
    }

    fn tick(&mut self) {
        self.now += TICK;
        for code in 0..self.timers.len() {
            if self.timers[code].is_some_and(|at| at <= self.now) {
                self.timers[code] = None;
                self.input(Input::Timer(Timer::from_code(code as u8).expect("a timer")));
            }
        }
    }

    fn receive(&mut self, from: usize, message: Message) {
        self.input(Input::Message { from: NodeId::at(from), message });
    }

    fn propose(&mut self, command: Command) {
        let id = RequestId { client: ClientId(0), seq: command.id as u32 + 1 };
        let op = Op::Write { key: Key(0), value: Value(command.argument as u32) };
        self.input(Input::Request { id, op });
    }

    fn drain(&mut self, out: &mut Out<Message>) {
        for effect in self.effects.drain() {
            match effect {
                Effect::Send { to, message } => out.messages.push((to.index(), message)),
                Effect::SetTimer { timer, range } => {
                    let width = range.most.0 - range.least.0 + 1;
                    let span = range.least.0 + if width == 1 { 0 } else { self.random.below(width) };
                    self.timers[usize::from(timer.code())] = Some(self.now + span);
                }
                Effect::CancelTimer(timer) => self.timers[usize::from(timer.code())] = None,
                Effect::Persist(write) => self.disk.apply(&write),
                Effect::Decide { entry, .. } => {
                    if let Some(value) = entry.command.op.value() {
                        let id = u64::from(entry.command.request.seq) - 1;
                        out.decided.push(Command { id, argument: u64::from(value.0) });
                    }
                }
                Effect::Reply { .. } | Effect::Because(_) => {}
            }
        }
    }
}
