//! How a message is drawn, whatever it is called.

use super::hue;
use crate::model::{Fact, Spec, Tone};

/// A colour of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// An epoch's, from 1 to [`super::HUES`]; 0 before the first.
    Hue(u8),
    /// Of what happens all the time.
    Grey,
    /// Of a refusal.
    Red,
}

impl Ink {
    /// How many there are.
    pub const COUNT: usize = 9;

    /// A place in a table of [`Self::COUNT`] colours: the hues from 0, grey, red.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Hue(hue) => (hue % 7) as usize,
            Self::Grey => 7,
            Self::Red => 8,
        }
    }

    /// Its class name.
    #[must_use]
    pub const fn class(self) -> &'static str {
        ["hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "grey", "red"][self.index()]
    }
}

/// The colour of a message: its epoch's, grey for a heartbeat, red for a no.
#[must_use]
pub fn ink(spec: &Spec, brief: &Fact) -> Ink {
    match spec.messages.get(usize::from(brief.code)).map(|word| word.tone) {
        Some(Tone::Plain | Tone::Yes) => Ink::Hue(hue(spec.epoch.kind, brief.args[0])),
        Some(Tone::No) => Ink::Red,
        Some(Tone::Routine) | None => Ink::Grey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::testing::SPEC;

    #[test]
    fn tone_and_epoch_give_the_colour() {
        let of = |code| ink(&SPEC, &Fact { code, args: [3, 0, 0, 0] });
        assert_eq!([of(0), of(1), of(2), of(3)], [Ink::Hue(3), Ink::Hue(3), Ink::Red, Ink::Grey]);
        assert_eq!(of(200), Ink::Grey, "an unknown code is drawn, not a panic");
        assert_eq!((Ink::Grey.class(), Ink::Red.class(), Ink::Hue(3).class()), ("grey", "red", "hue-3"));
    }
}
