//! The replica: holds the newest it has been told of each register, on disk.

use super::{Durable, Message, Out, Tagged, Why, Write};
use crate::model::{Key, NodeId, RequestId};

/// Says what it holds.
pub(super) fn on_query(disk: &Durable, from: NodeId, request: RequestId, key: Key, out: &mut Out) {
    let held = disk.held(key);
    out.because(Why::TellWhatIsHeld { key, to: from, tag: held.tag, value: held.value });
    out.send(from, Message::Answer { request, key, held });
}

/// Takes what is newer, and says that it holds that or something newer still.
pub(super) fn on_store(
    disk: &mut Durable,
    from: NodeId,
    request: RequestId,
    (key, held): (Key, Tagged),
    out: &mut Out,
) {
    let Tagged { tag, value, .. } = held;
    let own = disk.held(key);
    if tag > own.tag {
        out.persist(disk, Write::Held(key, held));
        out.because(Why::Store { key, tag, value });
    } else if tag == own.tag {
        out.because(Why::StoredAlready { key, tag, value });
    } else {
        out.because(Why::HasNewer { key, tag, own: own.tag, value: own.value });
    }
    out.send(from, Message::Stored { request, key, tag });
}
