//! The acceptor: of each register the highest ballot promised and the state accepted last, all on disk.

use super::{Change, Durable, Here, Message, Out, Why, Write};
use crate::model::{Ballot, Key, NodeId};

/// A prepare: promises the ballot, and says what has been accepted below it.
pub(super) fn on_prepare(
    disk: &mut Durable,
    here: Here<'_>,
    from: NodeId,
    (key, ballot): (Key, Ballot),
    out: &mut Out,
) {
    let register = disk.register(key);
    let promised = register.promised;
    if ballot == register.accepted.ballot {
        // A late copy: its proposer has gone on to phase 2, and here it has its way already.
        out.because(Why::LatePrepare { key, ballot });
        return;
    }
    if ballot < promised {
        out.because(Why::RefusePrepare { key, ballot, promised });
        return refuse(here, from, key, (ballot, promised), out);
    }
    let accepted = register.accepted;
    if ballot == promised {
        out.because(Why::PromiseAgain { key, ballot });
    } else {
        out.persist(disk, Write::Promised(key, ballot));
        out.because(Why::Promise { key, ballot, earlier: accepted.ballot, value: accepted.value });
    }
    out.send(from, Message::Promise { key, ballot, accepted });
}

/// An accept: takes the state unless a higher ballot is promised, and promises the proposer's next.
pub(super) fn on_accept(
    disk: &mut Durable,
    here: Here<'_>,
    from: NodeId,
    (key, change, next): (Key, Change, Ballot),
    out: &mut Out,
) {
    let register = disk.register(key);
    let (ballot, value, promised) = (change.ballot, change.value, register.promised);
    if register.accepted == change {
        out.because(Why::AcceptAgain { key, ballot, value });
    } else if ballot < promised {
        out.because(Why::RefuseAccept { key, ballot, promised, value });
        return refuse(here, from, key, (ballot, promised), out);
    } else {
        // The promise is not erased but kept at the ballot accepted, or the next: whoever accepts a ballot
        // takes nothing below it.
        out.persist(disk, Write::Accepted(key, change, ballot.max(next)));
        out.because(Why::Accept { key, ballot, value, next });
    }
    // Somebody else may have been promised a higher one since.
    let kept = if disk.register(key).promised == next { next } else { Ballot::ZERO };
    out.send(from, Message::Accepted { key, ballot, next: kept });
}

/// Being told is an optimisation: without it, the proposer finds out by waiting.
fn refuse(here: Here<'_>, to: NodeId, key: Key, (ballot, promised): (Ballot, Ballot), out: &mut Out) {
    if here.config.nack {
        out.send(to, Message::Nack { key, ballot, promised });
    }
}
