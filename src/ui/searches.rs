//! The searches that run beside the page: one of each kind, and what is known of it. They go on
//! while nobody looks.

use super::dom;
use super::worker::{Heard, Job};
use quorate::scenario::Words;
use quorate::task::{Order, Report};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use yew::prelude::*;

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A schedule that breaks the open scenario.
    Find,
    /// Every state of a model.
    Explore,
    /// An order of a history.
    Check,
    /// The same conditions under several protocols.
    Compare,
}

impl Kind {
    /// In the order in which they are offered.
    pub(crate) const ALL: [Self; 4] = [Self::Find, Self::Explore, Self::Check, Self::Compare];
}

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// It goes on.
    Going,
    /// It has come to its end.
    Done,
    /// Someone has stopped it.
    Cancelled,
    /// Its worker did not start, or broke down.
    Failed,
}

/// A search, as far as it is known.
#[derive(Clone)]
pub(crate) struct Search {
    /// What it was told to do.
    pub(crate) order: Rc<Order>,
    /// What it is about, for people.
    pub(crate) subject: Rc<Words>,
    /// The last that was heard of it.
    pub(crate) report: Option<Rc<Report>>,
    /// How it stands.
    pub(crate) stands: Stands,
    /// Wall time from its start to what was heard last.
    pub(crate) elapsed_ms: f64,
    /// The worker's time until its count last grew: what a rate is over.
    pub(crate) counted_ms: f64,
    started: f64,
}

/// Every search. Cheap to clone; two are equal where they are the same.
#[derive(Clone, Default)]
pub(crate) struct Searches(Rc<Inner>);

#[derive(Default)]
struct Inner {
    slots: [Slot; 4],
    watchers: RefCell<Vec<(u32, Callback<()>)>>,
    next: Cell<u32>,
}

#[derive(Default)]
struct Slot {
    search: RefCell<Option<Search>>,
    job: RefCell<Option<Job>>,
    /// Whether someone has looked at its end.
    seen: Cell<bool>,
}

impl PartialEq for Searches {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Searches {
    fn slot(&self, kind: Kind) -> &Slot {
        &self.0.slots[kind as usize]
    }

    /// Starts one, in place of the last of its kind.
    pub(crate) fn start(&self, kind: Kind, order: Order, subject: Words) {
        let slot = self.slot(kind);
        let inner: Weak<Inner> = Rc::downgrade(&self.0);
        let job = Job::start(&order, move |heard| {
            if let Some(inner) = inner.upgrade() {
                Self(inner).hear(kind, heard);
            }
        });
        let stands = if job.is_some() { Stands::Going } else { Stands::Failed };
        let (order, subject, started) = (Rc::new(order), Rc::new(subject), dom::now_ms());
        *slot.search.borrow_mut() =
            Some(Search { order, subject, report: None, stands, elapsed_ms: 0.0, counted_ms: 0.0, started });
        slot.seen.set(false);
        // The last one's worker ends here.
        slot.job.replace(job);
        self.tell();
    }

    /// Stops one; what it has reported stays.
    pub(crate) fn cancel(&self, kind: Kind) {
        self.end(kind, Stands::Cancelled);
        self.slot(kind).seen.set(true);
        self.tell();
    }

    fn end(&self, kind: Kind, stands: Stands) {
        let slot = self.slot(kind);
        slot.job.take();
        if let Some(search) = slot.search.borrow_mut().as_mut().filter(|one| one.stands == Stands::Going) {
            search.stands = stands;
            search.elapsed_ms = dom::now_ms() - search.started;
        }
    }

    fn hear(&self, kind: Kind, heard: Heard) {
        match heard {
            Heard::Failed => self.end(kind, Stands::Failed),
            Heard::Said(said) => {
                if let Some(search) = self.slot(kind).search.borrow_mut().as_mut() {
                    search.elapsed_ms = dom::now_ms() - search.started;
                    if counted(&said.report) > search.report.as_deref().map_or(0, counted) {
                        search.counted_ms = said.ms.into();
                    }
                    search.report = Some(Rc::new(said.report));
                }
                if !said.goes_on {
                    self.end(kind, Stands::Done);
                } else if dom::is_hidden() {
                    // Kept, and shown when someone looks again.
                    return;
                }
            }
        }
        self.tell();
    }

    fn tell(&self) {
        let watchers: Vec<_> = self.0.watchers.borrow().iter().map(|(_, watcher)| watcher.clone()).collect();
        watchers.iter().for_each(|watcher| watcher.emit(()));
    }

    /// What is known of one.
    pub(crate) fn look(&self, kind: Kind) -> Option<Search> {
        self.slot(kind).search.borrow().clone()
    }

    /// Someone has looked at how one ended.
    pub(crate) fn see(&self, kind: Kind) {
        let slot = self.slot(kind);
        let over = slot.search.borrow().as_ref().is_some_and(|search| search.stands != Stands::Going);
        if over && !slot.seen.replace(true) {
            self.tell();
        }
    }

    /// The first one that goes on, or has ended and nobody has seen it.
    pub(crate) fn notable(&self) -> Option<(Kind, Search)> {
        let unseen = |kind: &Kind| !self.slot(*kind).seen.get();
        Kind::ALL.into_iter().filter(unseen).find_map(|kind| Some((kind, self.look(kind)?)))
    }

    fn watch(&self, watcher: Callback<()>) -> Watching {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        self.0.watchers.borrow_mut().push((id, watcher));
        Watching { inner: Rc::downgrade(&self.0), id }
    }
}

/// What a search counts.
fn counted(report: &Report) -> u64 {
    match report {
        Report::Find(find) => find.tried,
        Report::Explore(explore) => explore.generated,
        Report::Compare(compare) => u64::from(compare.part),
        Report::Check(_) | Report::Refused(_) => 0,
    }
}

struct Watching {
    inner: Weak<Inner>,
    id: u32,
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner.watchers.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

/// Shows a component anew whenever there is news of a search.
#[hook]
pub(crate) fn use_searches(searches: &Searches) {
    let update = use_force_update();
    let searches = searches.clone();
    use_effect_with((), move |()| {
        let watching = searches.watch(Callback::from(move |()| update.force_update()));
        move || drop(watching)
    });
}
