//! What every panel holds on to: the open session, and how the page is shown.

use quorate::model::Lang;
use quorate::session::{Action, Session};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use yew::{AttrValue, Callback, Properties};

/// Colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a panel may ask of the page, beside acting on the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wish {
    /// A frame: something is to be computed or painted.
    Frame,
    /// A short message to the person.
    Toast(AttrValue),
    /// The inspector at one of its tabs, or the sheet of it on a phone.
    Reveal(super::inspector::Tab),
    /// The dialog of a search.
    Search(super::searches::Kind),
    /// The catalogue of protocols.
    Catalogue,
    /// The verdict on a history from a file of that name.
    History(String, String),
}

/// A painter: called with the session once in every animation frame in which the moment, the size
/// or the colours have changed.
pub(crate) type Painter = Rc<dyn Fn(&Session)>;

/// What every panel holds on to. Cheap to clone; two are equal where they are the same.
#[derive(Clone)]
pub(crate) struct Host {
    inner: Rc<Inner>,
}

struct Inner {
    session: RefCell<Session>,
    /// Actions that came while the session was being read.
    waiting: RefCell<Vec<Action>>,
    painters: RefCell<Vec<(u32, Painter)>>,
    next: Cell<u32>,
    /// Whether a panel may show something that is no longer so.
    stale: Cell<bool>,
    /// Whether painters must be called although the moment is the same.
    repaint: Cell<bool>,
    lang: Cell<Lang>,
    theme: Cell<Theme>,
    embedded: bool,
    wish: Callback<Wish>,
}

impl PartialEq for Host {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Host {
    pub(super) fn new(
        session: Session,
        lang: Lang,
        theme: Theme,
        embedded: bool,
        wish: Callback<Wish>,
    ) -> Self {
        let inner = Inner {
            session: RefCell::new(session),
            waiting: RefCell::default(),
            painters: RefCell::default(),
            next: Cell::new(1),
            stale: Cell::new(true),
            repaint: Cell::new(true),
            lang: Cell::new(lang),
            theme: Cell::new(theme),
            embedded,
            wish,
        };
        Self { inner: Rc::new(inner) }
    }

    /// Looks at the session.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Session) -> T) -> T {
        let out = look(&self.inner.session.borrow());
        self.catch_up();
        out
    }

    /// Does what a person asks. Panels and painters follow in the next frame.
    pub(crate) fn act(&self, action: Action) {
        self.inner.waiting.borrow_mut().push(action);
        self.catch_up();
    }

    /// Does what waits, unless someone is reading: then the reader does it when it has read.
    fn catch_up(&self) {
        if self.inner.waiting.borrow().is_empty() {
            return;
        }
        let Ok(mut session) = self.inner.session.try_borrow_mut() else { return };
        for action in self.inner.waiting.take() {
            session.apply(action);
        }
        drop(session);
        self.refresh();
    }

    /// The language of the page.
    pub(crate) fn lang(&self) -> Lang {
        self.inner.lang.get()
    }

    /// The colours that were chosen.
    pub(crate) fn theme(&self) -> Theme {
        self.inner.theme.get()
    }

    /// Whether this is a view in someone else's page: it keeps its hands off storage and address.
    pub(crate) fn is_embedded(&self) -> bool {
        self.inner.embedded
    }

    /// A number that no gesture has had: edits under the same one are undone as one.
    pub(crate) fn gesture(&self) -> u32 {
        let next = self.inner.next.get();
        self.inner.next.set(next.wrapping_add(1));
        next
    }

    /// Has a painter called in every frame in which there is something new, until the guard is
    /// dropped. The first call comes in the next frame.
    #[must_use]
    pub(crate) fn on_paint(&self, painter: Painter) -> PaintGuard {
        let id = self.gesture();
        self.inner.painters.borrow_mut().push((id, painter));
        self.repaint();
        PaintGuard { host: Rc::downgrade(&self.inner), id }
    }

    /// Has the painters called in the next frame: a size or colours have changed.
    pub(crate) fn repaint(&self) {
        self.inner.repaint.set(true);
        self.inner.wish.emit(Wish::Frame);
    }

    /// Has panels and painters look again in the next frame.
    pub(crate) fn refresh(&self) {
        self.inner.stale.set(true);
        self.repaint();
    }

    /// Tells the person something, for a few seconds.
    pub(crate) fn notify(&self, message: impl Into<AttrValue>) {
        self.inner.wish.emit(Wish::Toast(message.into()));
    }

    /// Shows a tab of the inspector.
    pub(crate) fn reveal(&self, tab: super::inspector::Tab) {
        self.inner.wish.emit(Wish::Reveal(tab));
    }

    /// Shows the dialog of a search.
    pub(crate) fn search(&self, kind: super::searches::Kind) {
        self.inner.wish.emit(Wish::Search(kind));
    }

    /// Shows the catalogue.
    pub(crate) fn show_catalogue(&self) {
        self.inner.wish.emit(Wish::Catalogue);
    }

    /// Judges a history, beside the page, and shows the verdict.
    pub(crate) fn judge(&self, name: String, history: String) {
        self.inner.wish.emit(Wish::History(name, history));
    }

    pub(super) fn set_lang(&self, lang: Lang) {
        self.inner.lang.set(lang);
        self.refresh();
    }

    pub(super) fn set_theme(&self, theme: Theme) {
        self.inner.theme.set(theme);
        self.refresh();
    }

    /// Lets wall time pass. Says whether the panels are stale, and whether the session moves.
    pub(super) fn tick(&self, wall_ms: f64, in_time: impl FnMut() -> bool) -> Ticked {
        let changed = match self.inner.session.try_borrow_mut() {
            Ok(mut session) => session.tick(wall_ms, in_time),
            Err(_) => return Ticked { stale: false, moved: false, busy: true },
        };
        if self.inner.repaint.take() || changed.moment || changed.run {
            let painters: Vec<_> = self.inner.painters.borrow().iter().map(|(_, p)| Rc::clone(p)).collect();
            self.read(|session| painters.iter().for_each(|painter| painter(session)));
        }
        let busy = self.read(Session::is_busy);
        Ticked { stale: self.inner.stale.take(), moved: changed.any(), busy }
    }
}

/// What a frame came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticked {
    /// Something was done: panels are to be shown anew at once.
    pub(super) stale: bool,
    /// Time or computation went on: panels are to be shown anew now and then.
    pub(super) moved: bool,
    /// Another frame is wanted.
    pub(super) busy: bool,
}

/// Keeps a painter called; dropping it ends that.
pub(crate) struct PaintGuard {
    host: Weak<Inner>,
    id: u32,
}

impl Drop for PaintGuard {
    fn drop(&mut self) {
        if let Some(inner) = self.host.upgrade() {
            inner.painters.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

/// What every panel is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PanelProps {
    /// The session, and how the page is shown.
    pub(crate) host: Host,
    /// Another number whenever something that the panel shows may have changed.
    pub(crate) version: u32,
    /// The language.
    pub(crate) lang: Lang,
}
