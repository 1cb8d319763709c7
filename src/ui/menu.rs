//! What has no room in a phone's header.

use super::app::Shown;
use super::dialog::Dialog;
use super::header::{HeaderProps, LangButton, theme_click, theme_words};
use super::icons::{Icon, icon};
use super::searches::Kind;
use super::words;
use quorate::model::Text;
use quorate::session::Action;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MenuProps {
    pub(crate) header: HeaderProps,
    pub(crate) on_close: Callback<()>,
}

#[component]
pub(crate) fn Menu(props: &MenuProps) -> Html {
    let MenuProps { header, on_close } = props;
    let lang = header.lang;
    let go = |name: Text, which: Shown| {
        let on_show = header.on_show.clone();
        html! { <button class="btn" type="button" onclick={Callback::from(move |_: MouseEvent| on_show.emit(which))}>{ name.get(lang) }</button> }
    };
    let act = |name: Text, mark: Icon, enabled: bool, action: Action| {
        let host = header.host.clone();
        html! { <button class="btn" type="button" disabled={!enabled} onclick={Callback::from(move |_: MouseEvent| host.act(action.clone()))}>{ icon(mark) }{ name.get(lang) }</button> }
    };
    let ((undo, redo), edited) = header.host.read(|session| (session.can_undo_redo(), session.is_edited()));
    let (theme_icon, theme_name) = theme_words(header.host.theme());
    html! {
        <Dialog title={words::MORE.get(lang)} {lang} on_close={on_close.clone()}>
            <div class="menu">
                { go(words::SCENARIOS, Shown::Gallery) }
                { go(words::compare::CATALOGUE, Shown::Catalogue) }
                <div class="menu-group">{ for Kind::ALL.map(|kind| go(kind.name(), Shown::Search(kind))) }</div>
                { go(words::SHARE, Shown::Share) }
                { go(words::EMBED, Shown::Embed) }
                { act(words::UNDO, Icon::Undo, undo, Action::Undo) }
                { act(words::REDO, Icon::Redo, redo, Action::Redo) }
                { act(words::EDITED_HELP, Icon::Close, edited, Action::Revert) }
                <LangButton host={header.host.clone()} {lang} on_lang={header.on_lang.clone()} />
                <button class="btn" type="button" onclick={theme_click(header)}>{ icon(theme_icon) }{ theme_name.get(lang) }</button>
                { go(words::KEYS_HELP, Shown::Keys) }
            </div>
        </Dialog>
    }
}
