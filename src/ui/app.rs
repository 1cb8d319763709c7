//! Owns the session and wall time: animation frames run only while something plays or is computed.

use super::catalogue::Catalogue;
use super::dom::{self, Listener, Timeout};
use super::embed::{self, Asked, Controls, View};
use super::gallery::Gallery;
use super::header::{Header, HeaderProps, title};
use super::host::{Host, PanelProps, Theme, Wish};
use super::icons::{Icon, icon};
use super::inspector::{Inspector, Tab, keeps_logs};
use super::keys::{self, KeysHelp};
use super::menu::Menu;
use super::nav::{Nav, Sheet};
use super::opening::{self, Opening};
use super::picture::{Labs, Timeline};
use super::search::SearchDialog;
use super::searches::{Kind as Searched, Searches};
use super::setup::Setup;
use super::share::{Share, open_file};
use super::storage;
use super::words::{self, say};
use gloo_render::{AnimationFrame, request_animation_frame};
use quorate::model::Lang;
use quorate::scenario::{Scenario, Words, from_link};
use quorate::session::{Action, Selection, Session};
use quorate::task::{CheckOrder, Order};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// Wall time in which a frame may compute.
const COMPUTE_MS: f64 = 8.0;
/// Panels are shown anew no more often than this while something plays or is computed.
const PANELS_MS: f64 = 125.0;
/// And no more often than in this share of the time: where a cluster is large they wait longer.
const PANELS_SHARE: f64 = 0.2;
/// But never longer than this.
const PANELS_MS_MAX: f64 = 2_000.0;
/// What a person does is kept this long after.
const KEEP_MS: i32 = 700;
/// How long a message stays.
const TOAST_MS: i32 = 7_000;

/// Puts the page into `#app`.
pub fn run() {
    let root = dom::document().and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        root.set_inner_html("");
        yew::Renderer::<App>::with_root(root).render();
    }
}

/// A dialog over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Every scenario.
    Gallery,
    /// Every protocol.
    Catalogue,
    /// Link and files.
    Share,
    /// A frame for other pages.
    Embed,
    /// The keys.
    Keys,
    /// What has no room on a phone.
    Menu,
    /// What is searched for beside the page.
    Search(Searched),
}

enum Msg {
    Frame(f64),
    Wish(Wish),
    Show(Option<Shown>),
    Lang(Lang),
    Theme(Theme),
    Tab(Tab),
    Go(Sheet, Option<Tab>),
    Key(web_sys::KeyboardEvent),
    Address,
    Drag(bool),
    Drop(web_sys::DragEvent),
    Keep,
    ToastOver(u32),
}

struct App {
    host: Host,
    asked: Asked,
    version: u32,
    frame: Option<AnimationFrame>,
    last_frame: Option<f64>,
    last_panels: f64,
    panels_rest: f64,
    /// Panels show an earlier moment.
    behind: bool,
    shown: Option<Shown>,
    searches: Searches,
    tab: Tab,
    sheet: Sheet,
    selection: Selection,
    toasts: Vec<(u32, AttrValue)>,
    dropping: bool,
    keep: Option<Timeout>,
    /// What the address holds.
    linked: Option<Rc<Scenario>>,
    _listeners: Vec<Listener>,
}

impl App {
    fn schedule(&mut self, ctx: &Context<Self>) {
        if self.frame.is_none() {
            let link = ctx.link().clone();
            self.frame = Some(request_animation_frame(move |now| link.send_message(Msg::Frame(now))));
        }
    }

    /// One animation frame; whether panels are to be shown anew.
    fn on_frame(&mut self, ctx: &Context<Self>, now: f64) -> bool {
        self.frame = None;
        let wall_ms = self.last_frame.map_or(0.0, |last| now - last);
        if self.last_frame == Some(self.last_panels) {
            // The frame after one that showed panels is late by what they took.
            self.panels_rest = (wall_ms / PANELS_SHARE).clamp(PANELS_MS, PANELS_MS_MAX);
        }
        let start = dom::now_ms();
        let ticked = self.host.tick(wall_ms, || dom::now_ms() - start < COMPUTE_MS);
        self.last_frame = ticked.busy.then_some(now);
        if ticked.busy {
            self.schedule(ctx);
        }
        if ticked.stale {
            self.after_action(ctx);
        }
        self.behind |= ticked.moved;
        let due = self.behind && (!ticked.busy || now - self.last_panels >= self.panels_rest);
        if ticked.stale || due {
            self.behind = false;
            self.last_panels = now;
            self.version = self.version.wrapping_add(1);
            return true;
        }
        false
    }

    /// Something was done: the inspector follows the selection, and what is open is kept.
    fn after_action(&mut self, ctx: &Context<Self>) {
        let selection = self.host.read(Session::selection);
        if selection != self.selection {
            self.selection = selection;
            self.tab = Tab::of(selection).unwrap_or(self.tab);
        }
        if self.host.is_embedded() {
            return;
        }
        let link = ctx.link().clone();
        self.keep = Some(Timeout::new(KEEP_MS, move || link.send_message(Msg::Keep)));
        let same = |linked: &Rc<Scenario>| self.host.read(|session| Rc::ptr_eq(session.scenario(), linked));
        if self.linked.as_ref().is_some_and(|linked| !same(linked)) {
            // A reload must not bring back what has been changed since.
            self.linked = None;
            dom::clear_fragment();
        }
        self.set_title();
    }

    /// The fingerprint of the run once it is computed: what two people compare who should see the same.
    fn trace(&self) -> Option<String> {
        self.host.read(|session| {
            session.computing().is_none().then(|| format!("{:016x}", session.run().trace().digest()))
        })
    }

    fn set_title(&self) {
        if let Some(document) = dom::document() {
            let lang = self.host.lang();
            let name = self.host.read(|session| title(session, lang));
            document.set_title(&format!("{name} · {}", words::APP.get(lang)));
        }
    }

    /// The address has another fragment.
    fn on_address(&mut self) {
        match from_link(&opening::fragment()) {
            Ok(None) => {}
            Ok(Some((scenario, at))) => {
                self.host.act(Action::Open(Box::new(scenario), at));
                self.linked = Some(self.host.read(|session| Rc::clone(session.scenario())));
            }
            Err(refusal) => {
                let lang = self.host.lang();
                self.host.notify(say(words::NOT_OPENED, lang, &[("why", &refusal.sentence(lang))]));
            }
        }
    }

    fn toast(&mut self, ctx: &Context<Self>, text: AttrValue) {
        let (id, link) = (self.host.gesture(), ctx.link().clone());
        self.toasts.retain(|(_, shown)| *shown != text);
        self.toasts.push((id, text));
        dom::after(TOAST_MS, move || link.send_message(Msg::ToastOver(id)));
    }

    fn on_wish(&mut self, ctx: &Context<Self>, wish: Wish) -> bool {
        match wish {
            Wish::Frame => {
                self.schedule(ctx);
                return false;
            }
            Wish::Toast(text) => self.toast(ctx, text),
            Wish::Reveal(tab) => (self.tab, self.sheet) = (tab, Sheet::Inspector),
            Wish::Catalogue => self.shown = Some(Shown::Catalogue),
            Wish::Search(kind) => self.shown = Some(Shown::Search(kind)),
            Wish::History(name, text) => {
                let order = CheckOrder { text, format: None, model: None };
                self.searches.start(Searched::Check, Order::Check(order), Words::new(name, ""));
                self.shown = Some(Shown::Search(Searched::Check));
            }
        }
        true
    }
}

/// Listens to what happens outside the page's own elements.
fn listeners(ctx: &Context<App>, host: &Host) -> Vec<Listener> {
    let mut list = Vec::new();
    let Some(window) = dom::window() else { return list };
    let resized = host.clone();
    list.push(Listener::new(&window, "resize", move |_| resized.repaint()));
    let link = ctx.link().clone();
    list.push(Listener::new(&window, "keydown", move |event| {
        if let Ok(event) = event.dyn_into() {
            link.send_message(Msg::Key(event));
        }
    }));
    if let Ok(Some(query)) = window.match_media("(prefers-color-scheme: dark)") {
        let recoloured = host.clone();
        list.push(Listener::new(&query, "change", move |_| recoloured.refresh()));
    }
    if host.is_embedded() {
        return list;
    }
    let link = ctx.link().clone();
    list.push(Listener::new(&window, "hashchange", move |_| link.send_message(Msg::Address)));
    let link = ctx.link().clone();
    list.push(Listener::new(&window, "dragover", move |event| {
        event.prevent_default();
        link.send_message(Msg::Drag(true));
    }));
    let link = ctx.link().clone();
    list.push(Listener::new(&window, "dragleave", move |event| {
        let event = event.dyn_into::<web_sys::DragEvent>();
        if event.is_ok_and(|event| event.related_target().is_none()) {
            link.send_message(Msg::Drag(false));
        }
    }));
    let link = ctx.link().clone();
    list.push(Listener::new(&window, "drop", move |event| {
        event.prevent_default();
        if let Ok(event) = event.dyn_into() {
            link.send_message(Msg::Drop(event));
        }
    }));
    list
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let asked = embed::asked();
        let lang = asked.lang.unwrap_or_else(|| if asked.embed { Lang::En } else { storage::lang() });
        let theme = asked.theme.unwrap_or_else(|| if asked.embed { Theme::Auto } else { storage::theme() });
        let Opening { scenario, at, complaint } =
            opening::opening(lang, asked.embed).expect("the catalogue has a protocol");
        let linked = opening::fragment().len() > 1 && complaint.is_none();
        let session = Session::new(scenario, at);
        let linked = linked.then(|| Rc::clone(session.scenario()));
        let host = Host::new(session, lang, theme, asked.embed, ctx.link().callback(Msg::Wish));
        dom::set_root("lang", dom::lang_tag(lang));
        dom::set_root("data-theme", storage::theme_name(theme));
        if let Some(complaint) = complaint {
            host.notify(complaint);
        }
        Self {
            asked,
            version: 0,
            frame: None,
            last_frame: None,
            last_panels: 0.0,
            panels_rest: PANELS_MS,
            behind: false,
            shown: None,
            searches: Searches::default(),
            tab: Tab::Logs,
            sheet: Sheet::Stage,
            selection: Selection::Nothing,
            toasts: Vec::new(),
            dropping: false,
            keep: None,
            linked,
            _listeners: listeners(ctx, &host),
            host,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Frame(now) => return self.on_frame(ctx, now),
            Msg::Wish(wish) => return self.on_wish(ctx, wish),
            Msg::Show(shown) => self.shown = shown,
            Msg::Lang(lang) => {
                self.host.set_lang(lang);
                dom::set_root("lang", dom::lang_tag(lang));
                storage::keep_lang(lang);
            }
            Msg::Theme(theme) => {
                self.host.set_theme(theme);
                dom::set_root("data-theme", storage::theme_name(theme));
                storage::keep_theme(theme);
            }
            Msg::Tab(tab) => self.tab = tab,
            Msg::Go(sheet, tab) => {
                self.sheet = sheet;
                self.tab = tab.unwrap_or(self.tab);
                self.host.repaint();
            }
            Msg::Key(event) => match keys::pressed(&self.host, &event) {
                keys::Asked::Nothing => return false,
                keys::Asked::Help => self.shown = Some(Shown::Keys),
                keys::Asked::Done => {
                    event.prevent_default();
                    return false;
                }
            },
            Msg::Address => self.on_address(),
            Msg::Drag(over) => self.dropping = over,
            Msg::Drop(event) => {
                self.dropping = false;
                let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
                if let Some(file) = file {
                    open_file(&self.host, &file);
                }
            }
            Msg::Keep => {
                self.keep = None;
                self.host.read(|session| storage::keep_session(session.scenario(), session.frame().at));
                return false;
            }
            Msg::ToastOver(id) => self.toasts.retain(|(known, _)| *known != id),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let lang = self.host.lang();
        let panel = PanelProps { host: self.host.clone(), version: self.version, lang };
        if self.asked.embed {
            return self.view_embed(&panel);
        }
        let link = ctx.link();
        let has_logs = self.host.read(keeps_logs);
        let header = HeaderProps {
            host: self.host.clone(),
            version: self.version,
            lang,
            searches: self.searches.clone(),
            on_show: link.callback(|which| Msg::Show(Some(which))),
            on_lang: link.callback(Msg::Lang),
            on_theme: link.callback(Msg::Theme),
        };
        html! {
            <div class={classes!("page", self.sheet.class())} data-trace={self.trace()}>
                <a class="skip" href="#timeline">{ words::SKIP.get(lang) }</a>
                <Header ..header.clone() />
                <main class="page-main">
                    <section class="panel page-setup" aria-label={words::SETUP.get(lang)} tabindex="-1"><Setup ..panel.clone() /></section>
                    <section class="page-stage" aria-label={words::STAGE.get(lang)}><Labs ..panel.clone() /></section>
                    <section class="panel page-inspect" aria-label={words::INSPECTOR.get(lang)}>
                        <Inspector host={self.host.clone()} version={self.version} {lang} tab={self.tab} on_tab={link.callback(Msg::Tab)} />
                    </section>
                    <section class="page-time" id="timeline" tabindex="-1" aria-label={words::TIMELINE.get(lang)}><Timeline ..panel.clone() /></section>
                </main>
                <Nav {lang} sheet={self.sheet} tab={self.tab} {has_logs} on_go={link.callback(|(sheet, tab)| Msg::Go(sheet, tab))} />
                <div class="dialogs">{ self.view_dialog(ctx, &panel, &header) }</div>
                <div class="toasts" role="alert">{ for self.toasts.iter().map(|(id, text)| view_toast(ctx, *id, text, lang)) }</div>
                <div class={classes!("drop-hint", self.dropping.then_some("on"))} aria-hidden="true">{ words::DROP_HERE.get(lang) }</div>
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.set_title();
            self.schedule(ctx);
        }
    }
}

impl App {
    fn view_embed(&self, panel: &PanelProps) -> Html {
        let (view, controls) = (self.asked.view, self.asked.controls);
        let stage = view != View::Lanes;
        // The transport is part of the timeline; the style sheet leaves out what is not wanted.
        let time = view != View::Stage || controls != Controls::None;
        let class = classes!(
            "page",
            "embed",
            format!("view-{}", view.name()),
            format!("controls-{}", controls.name())
        );
        html! {
            <main {class} data-trace={self.trace()}>
                <h1 class="unseen">{ self.host.read(|session| title(session, panel.lang)) }</h1>
                <section class={classes!("page-stage", (!stage).then_some("away"))} aria-label={words::STAGE.get(panel.lang)}>
                    if stage { <Labs ..panel.clone() /> }
                </section>
                <section class={classes!("page-time", (!time).then_some("away"))} aria-label={words::TIMELINE.get(panel.lang)}>
                    if time { <Timeline ..panel.clone() /> }
                </section>
                <div class="toasts" role="alert">{ for self.toasts.iter().map(|(id, text)| html! { <p key={*id} class="toast">{ text.clone() }</p> }) }</div>
            </main>
        }
    }

    fn view_dialog(&self, ctx: &Context<Self>, panel: &PanelProps, header: &HeaderProps) -> Html {
        let on_close = ctx.link().callback(|()| Msg::Show(None));
        let panel = panel.clone();
        match self.shown {
            None => html! { <span /> },
            Some(Shown::Gallery) => html! { <Gallery key="gallery" {panel} {on_close} /> },
            Some(Shown::Catalogue) => html! { <Catalogue key="catalogue" {panel} {on_close} /> },
            Some(Shown::Share) => html! { <Share key="share" {panel} {on_close} embed=false /> },
            Some(Shown::Embed) => html! { <Share key="embed" {panel} {on_close} embed=true /> },
            Some(Shown::Keys) => html! { <KeysHelp key="keys" lang={panel.lang} {on_close} /> },
            Some(Shown::Menu) => html! { <Menu key="menu" header={header.clone()} {on_close} /> },
            Some(Shown::Search(kind)) => {
                let on_kind = ctx.link().callback(|kind| Msg::Show(Some(Shown::Search(kind))));
                html! { <SearchDialog key="search" {panel} {kind} {on_kind} {on_close} searches={self.searches.clone()} /> }
            }
        }
    }
}

fn view_toast(ctx: &Context<App>, id: u32, text: &AttrValue, lang: Lang) -> Html {
    let close = ctx.link().callback(move |_: MouseEvent| Msg::ToastOver(id));
    html! {
        <p key={id} class="toast">
            <span>{ text.clone() }</span>
            <button class="btn icon-only" type="button" aria-label={words::CLOSE.get(lang)} onclick={close}>{ icon(Icon::Close) }</button>
        </p>
    }
}
