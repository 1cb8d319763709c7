//! The acceptor: the cluster's memory. All it knows is on its disk.

use super::{Durable, Here, Message, Out, Why, Write, multicast};
use crate::model::{Ballot, Command, NodeId, NodeSet};

/// An acceptor, and the disk that it shares with the proposer of its node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Acceptor {
    pub(super) disk: Durable,
}

impl Acceptor {
    pub(super) fn boot(here: Here<'_>, mut disk: Durable, out: &mut Out) -> Self {
        let flaws = here.config.flaws;
        if disk == Durable::default() {
            out.because(Why::Start {});
            return Self { disk };
        }
        if flaws.reuses_ballot {
            disk.round = 0;
        }
        if flaws.forgets_promise {
            disk = Durable { round: disk.round, ..Durable::default() };
            out.because(Why::ForgetPromise {});
        } else {
            let value = disk.accepted.and_then(|(_, command)| command.op.value());
            out.because(Why::Restart { promised: disk.promised, value });
        }
        Self { disk }
    }

    pub(super) const fn promised(&self) -> Ballot {
        self.disk.promised
    }

    pub(super) const fn accepted(&self) -> Option<(Ballot, Command)> {
        self.disk.accepted
    }

    pub(super) fn on_prepare(&mut self, here: Here<'_>, from: NodeId, ballot: Ballot, out: &mut Out) {
        let promised = self.disk.promised;
        if ballot < promised {
            out.because(Why::RefusePrepare { ballot, promised });
            refuse(here, from, ballot, promised, out);
            return;
        }
        // The same ballot again: a doubled message, or the proposer's own promise by accepting.
        if ballot == promised {
            out.because(Why::PromiseAgain { ballot });
        } else {
            out.persist(&mut self.disk, Write::Promised(ballot));
            match self.disk.accepted {
                None => out.because(Why::Promise { ballot }),
                Some((earlier, command)) => {
                    out.because(Why::PromiseReporting { ballot, earlier, value: command.op.value() });
                }
            }
        }
        // P2c speaks of "proposals numbered less than n", and n is used once.
        let accepted = self.disk.accepted.filter(|(earlier, _)| *earlier < ballot);
        out.send(from, Message::Promise { ballot, accepted });
    }

    pub(super) fn on_accept(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        ballot: Ballot,
        command: Command,
        out: &mut Out,
    ) {
        let (promised, value) = (self.disk.promised, command.op.value());
        // P1a: the gate of the whole protocol.
        if ballot < promised && !here.config.flaws.accepts_below_promise {
            out.because(Why::RefuseAccept { ballot, promised, value });
            refuse(here, from, ballot, promised, out);
            return;
        }
        if self.disk.accepted == Some((ballot, command)) {
            out.because(Why::AcceptAgain { ballot, value });
        } else {
            out.persist(&mut self.disk, Write::Accepted(ballot, command));
            if ballot < promised {
                out.because(Why::AcceptBelowPromise { ballot, promised, value });
            } else {
                out.because(Why::Accept { ballot, value });
            }
        }
        let to = here.config.learners.or(NodeSet::only(from));
        multicast(to, &Message::Accepted { ballot, command }, out);
    }

    /// §2.3: "The learner could ask the acceptors what proposals they have accepted."
    pub(super) fn on_learn(&self, from: NodeId, out: &mut Out) {
        match self.disk.accepted {
            None => out.because(Why::NothingAccepted { to: from }),
            Some((ballot, command)) => {
                out.because(Why::TellLearner { to: from, ballot, value: command.op.value() });
                out.send(from, Message::Accepted { ballot, command });
            }
        }
    }
}

/// Being told is an optimisation: without it, the proposer finds out by waiting.
fn refuse(here: Here<'_>, to: NodeId, ballot: Ballot, promised: Ballot, out: &mut Out) {
    if here.config.nack {
        out.send(to, Message::Nack { ballot, promised });
    }
}
