//! Breadth-first search, a slice at a time.

use super::bounded::Choice;
use super::constants::Refusal;
use super::store::{Put, Store};
use super::system::{Action, Expect, Next, PROPERTIES_MAX, Property, Symmetry, System};
use crate::model::{Lang, Text};

/// How far a search may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes it may keep: states, table, and what the system keeps beside them.
    pub memory: usize,
    /// Whether states that differ only by a renaming of what is interchangeable are taken for one.
    pub symmetry: bool,
    /// Whether it goes on after a violation, to count every state.
    pub go_on: bool,
}

impl Default for Limits {
    /// 512 MiB, what a page may take on most machines; stops at the first violation.
    fn default() -> Self {
        Self { memory: 512 << 20, symmetry: false, go_on: false }
    }
}

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There are states left to visit.
    Running,
    /// Every state has been visited.
    Complete,
    /// Every state within the system's bounds has been visited, and successors beyond them were left out:
    /// what was not seen may be there.
    Bounded,
    /// A property is broken: nothing shorter breaks any.
    Violated,
    /// The next state does not fit into the memory that it may take. What was found stays.
    OutOfMemory,
}

impl Progress {
    /// What it means, in a sentence with a place for how many successors were left out.
    const fn sentence(self) -> Text {
        match self {
            Self::Running => Text::new("The search is running.", "搜索正在进行。"),
            Self::Complete => {
                Text::new("Every state that can be reached was visited.", "所有可达状态均已访问。")
            }
            Self::Bounded => Text::new(
                "Every state that can be reached within the bounds was visited; successors left out because they lie beyond: {n}. What was not seen may still happen there; wider bounds let them in.",
                "界限之内的可达状态均已访问；因超出界限而未探索的后继：{n} 个。未出现的情况仍可能在那里发生；放宽界限即可将其纳入。",
            ),
            Self::Violated => Text::new(
                "A property is broken; no shorter run breaks any.",
                "有性质被破坏；没有更短的运行会破坏任何性质。",
            ),
            Self::OutOfMemory => Text::new(
                "The search reached its memory limit and stopped: what it found up to there holds, what lies beyond is not known. Smaller constants or budgets, symmetry, or a higher limit let it finish.",
                "搜索达到内存上限而停止：此前的结果有效，其余部分未知。减小常量或预算、启用对称约简或提高上限可使其完成。",
            ),
        }
    }
}

/// What was counted so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Initial states and successors computed, repeats included.
    pub generated: u64,
    /// Different states.
    pub distinct: u64,
    /// States on the longest of the shortest paths.
    pub depth: u32,
    /// States found and not yet visited.
    pub waiting: u64,
    /// Successors that lie beyond what the system lets be explored.
    pub outside: u64,
}

/// A state in which a property is broken, or holds at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which, by its place in the system's list.
    pub property: usize,
    /// The number of the state.
    pub state: u32,
}

/// One state of a path, and what led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How it was reached; `None` for the initial state.
    pub action: Option<Action>,
    /// The state.
    pub state: Box<[u64]>,
}

/// A search under way.
pub struct Explorer {
    system: Box<dyn System>,
    limits: Limits,
    store: Store,
    next: Next,
    /// The state being expanded, its successor under some renaming, and the least of them.
    scratch: [Vec<u64>; 3],
    /// [`Symmetry::Nothing`] where none is asked for.
    symmetry: Symmetry,
    /// The first state not yet expanded, and the first one of the next level.
    cursor: u32,
    level_end: u32,
    generated: u64,
    outside: u64,
    depth: u32,
    expects_always: u32,
    seen: u32,
    found: Vec<Found>,
    progress: Progress,
}

impl Explorer {
    /// A search before its first state.
    ///
    /// # Errors
    /// Where symmetry is asked for and there is none, or more of it than can be tried.
    ///
    /// # Panics
    /// As [`Explorer::new`].
    pub fn begin(system: Box<dyn System>, limits: Limits) -> Result<Self, Refusal> {
        match system.symmetry() {
            Symmetry::Nothing if limits.symmetry => Err(Refusal::NoSymmetry),
            Symmetry::TooMany { many, most } if limits.symmetry => Err(Refusal::Renamings { many, most }),
            Symmetry::Nothing | Symmetry::TooMany { .. } | Symmetry::Tried(_) | Symmetry::Sorted => {
                Ok(Self::new(system, limits))
            }
        }
    }

    /// A search before its first state, without symmetry where the system has none that can be used: see
    /// [`Explorer::symmetry`].
    ///
    /// # Panics
    /// Where the system has more than [`PROPERTIES_MAX`] properties, none of which may go unchecked.
    #[must_use]
    pub fn new(system: Box<dyn System>, limits: Limits) -> Self {
        let width = system.width().max(1);
        assert!(system.properties().len() <= PROPERTIES_MAX, "each property has a bit");
        let always = system.properties().iter().enumerate();
        let always = always.filter(|(_, property)| property.expect == Expect::Always);
        let mut explorer = Self {
            expects_always: always.map(|(place, _)| 1 << place).sum(),
            symmetry: if limits.symmetry { system.symmetry() } else { Symmetry::Nothing },
            limits,
            store: Store::new(width),
            next: Next::new(width),
            scratch: [vec![0; width], vec![0; width], vec![0; width]],
            cursor: 0,
            level_end: 0,
            generated: 0,
            outside: 0,
            depth: 0,
            seen: 0,
            found: Vec::new(),
            progress: Progress::Running,
            system,
        };
        explorer.system.initial(&mut explorer.next);
        explorer.take(None);
        explorer.level_end = explorer.store.len();
        explorer.depth = u32::from(explorer.level_end > 0);
        explorer
    }

    /// Goes on until about `work` more successors are computed, or it ends.
    pub fn advance(&mut self, work: u64) -> Progress {
        let until = self.generated.saturating_add(work.max(1));
        while self.progress == Progress::Running && self.generated < until {
            if self.cursor == self.level_end {
                if self.level_end == self.store.len() {
                    self.progress = if self.outside == 0 { Progress::Complete } else { Progress::Bounded };
                    break;
                }
                self.level_end = self.store.len();
                self.depth += 1;
            }
            let parent = self.cursor;
            let [state, ..] = &mut self.scratch;
            state.copy_from_slice(self.store.get(parent));
            self.next.clear();
            self.system.successors(state, &mut self.next);
            self.take(Some(parent));
            self.cursor += 1;
        }
        self.progress
    }

    /// Keeps what is new among the states listed.
    fn take(&mut self, parent: Option<u32>) {
        let Self { system, store, next, scratch, .. } = self;
        let [_, image, least] = scratch;
        self.generated += next.generated();
        self.outside += next.left_out();
        let base = next.bytes() + system.bytes();
        for place in 0..next.len() {
            let (_, mut state) = next.get(place);
            if canonical(system.as_ref(), self.symmetry, state, image, least) {
                state = least;
            }
            let room = self.limits.memory.saturating_sub(store.bytes() + base);
            match store.put(state, parent, room) {
                Put::Known => {}
                Put::Full => {
                    self.progress = Progress::OutOfMemory;
                    return;
                }
                Put::New(number) => {
                    let fresh = system.noted(state) & !self.seen;
                    if fresh != 0 {
                        self.seen |= fresh;
                        let places = (0..32).filter(|place| fresh >> place & 1 == 1);
                        self.found.extend(places.map(|property| Found { property, state: number }));
                        if fresh & self.expects_always != 0 && !self.limits.go_on {
                            self.progress = Progress::Violated;
                            return;
                        }
                    }
                }
            }
        }
    }

    /// How it stands.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// How it stands, in a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        self.progress.sentence().get(lang).replace("{n}", &self.outside.to_string())
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            generated: self.generated,
            distinct: self.store.len().into(),
            // A level that was found and not yet begun is part of the depth.
            depth: self.depth + u32::from(self.store.len() > self.level_end),
            waiting: (self.store.len() - self.cursor).into(),
            outside: self.outside,
        }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.store.bytes() + self.next.bytes() + self.system.bytes()
    }

    /// Whether states that differ only by names are taken for one.
    #[must_use]
    pub const fn symmetry(&self) -> bool {
        match self.symmetry {
            Symmetry::Tried(_) | Symmetry::Sorted => true,
            Symmetry::Nothing | Symmetry::TooMany { .. } => false,
        }
    }

    /// What it explores.
    #[must_use]
    pub fn system(&self) -> &dyn System {
        self.system.as_ref()
    }

    /// What is checked.
    #[must_use]
    pub fn properties(&self) -> &[Property] {
        self.system.properties()
    }

    /// For each property that broke, or held at last, the first such state, in the order in which they
    /// were found.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The first state found in which a property is broken.
    #[must_use]
    pub fn violation(&self) -> Option<Found> {
        self.found.iter().copied().find(|found| self.expects_always >> found.property & 1 == 1)
    }

    /// A shortest way to a state, from an initial one; empty where there is no such state.
    ///
    /// With symmetry the states kept stand for all their renamings: the path is walked anew, so that
    /// each of its steps is one that the system can take.
    pub fn path(&mut self, state: u32) -> Vec<Step> {
        if state >= self.store.len() {
            return Vec::new();
        }
        let mut numbers = vec![state];
        let mut at = state;
        while let Some(parent) = self.store.parent(at) {
            numbers.push(parent);
            at = parent;
        }
        let mut path: Vec<Step> = Vec::with_capacity(numbers.len());
        let Self { system, store, scratch, .. } = self;
        let [_, image, least] = scratch;
        let mut next = Next::new(system.width().max(1));
        for number in numbers.into_iter().rev() {
            next.clear();
            let begins = path.is_empty();
            match path.last() {
                None => system.initial(&mut next),
                Some(before) => system.successors(&before.state, &mut next),
            }
            let kept = store.get(number);
            let way = (0..next.len()).map(|place| next.get(place)).find(|(_, state)| {
                if canonical(system.as_ref(), self.symmetry, state, image, least) {
                    least == kept
                } else {
                    *state == kept
                }
            });
            // What was reached once is reached again.
            let Some((action, state)) = way else { break };
            path.push(Step { action: (!begins).then_some(action), state: state.into() });
        }
        path
    }

    /// What happens along a path, where a protocol is explored.
    pub fn walk(&mut self, path: &[Step]) -> Option<Vec<Choice>> {
        let actions: Vec<Action> = path.iter().filter_map(|step| step.action).collect();
        self.system.walk(&actions)
    }

    /// A step of a path in words.
    #[must_use]
    pub fn action(&self, action: Action, lang: Lang) -> String {
        self.system.action(action, lang)
    }

    /// A state of a path in words.
    #[must_use]
    pub fn show(&self, state: &[u64], lang: Lang) -> String {
        self.system.show(state, lang)
    }
}

impl std::fmt::Debug for Explorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explorer").field("counts", &self.counts()).field("progress", &self.progress).finish()
    }
}

/// The one of a state's renamings that stands for all, in `least`; false where the state stands for
/// itself.
fn canonical(
    system: &dyn System,
    symmetry: Symmetry,
    state: &[u64],
    image: &mut [u64],
    least: &mut [u64],
) -> bool {
    match symmetry {
        Symmetry::Nothing | Symmetry::TooMany { .. } => return false,
        Symmetry::Sorted => system.sorted(state, least),
        Symmetry::Tried(renamings) => {
            least.copy_from_slice(state);
            for which in 1..renamings {
                system.renamed(which, state, image);
                if *image < *least {
                    least.copy_from_slice(image);
                }
            }
        }
    }
    true
}
