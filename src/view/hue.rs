//! The colour of a term, ballot or epoch: the same in ring, lanes and logs.

use crate::model::{ArgKind, Ballot};

/// How many colours there are before they come again.
pub const HUES: u8 = 6;

/// Where in the turn of colours a node's ballots begin: what follows a ballot of S1, with whom most runs
/// begin, differs from it, whoever comes next.
const BEGINS: [u32; HUES as usize] = [0, 2, 3, 4, 1, 5];

/// Which colour an epoch has, from 1 to [`HUES`]; 0, which is none, before the first. Epochs that
/// follow each other differ, and so do the ballots of one round, and those of one node that follow each
/// other.
///
/// ```
/// use quorate::model::ArgKind;
/// use quorate::view::hue;
/// assert_eq!(hue(ArgKind::Number, 0), 0);
/// assert_eq!(hue(ArgKind::Number, 1), 1);
/// assert_eq!(hue(ArgKind::Number, 8), 2);
/// ```
#[must_use]
pub const fn hue(kind: ArgKind, epoch: u32) -> u8 {
    if epoch == 0 {
        return 0;
    }
    let turn = match kind {
        ArgKind::Ballot => {
            let ballot = Ballot::from_bits(epoch);
            BEGINS[ballot.node().0 as usize % HUES as usize] + ballot.round().saturating_sub(1)
        }
        ArgKind::Node | ArgKind::Number | ArgKind::Value | ArgKind::Key | ArgKind::Flag | ArgKind::Milli => {
            epoch - 1
        }
    };
    (turn % HUES as u32) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NodeId;

    #[test]
    fn terms_take_colours_in_turn() {
        let hues: Vec<u8> = (1..=7).map(|term| hue(ArgKind::Number, term)).collect();
        assert_eq!(hues, [1, 2, 3, 4, 5, 6, 1]);
    }

    #[test]
    fn rivals_of_a_round_differ_and_so_do_rounds_of_one_node() {
        let of = |round, node| hue(ArgKind::Ballot, Ballot::new(round, NodeId(node)).bits());
        for node in 0..5 {
            assert_ne!(of(3, node), of(4, node));
            assert_ne!(of(1, 0), of(2, node), "after S1 comes anybody");
            assert!((0..node).all(|rival| of(3, rival) != of(3, node)));
        }
        assert_eq!((of(1, 0), of(2, 0), of(1, 3)), (1, 2, 5));
        assert_eq!(hue(ArgKind::Ballot, Ballot::ZERO.bits()), 0);
    }
}
