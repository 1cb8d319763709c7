//! One stage, or two beside each other with what became of the requests below them.

use super::deeds::DeedStrip;
use super::stage::Stage;
use crate::controls::Picker;
use crate::host::PanelProps;
use crate::icons::{Icon, icon};
use crate::words::{compare as texts, say};
use quorate::catalogue::PROTOCOLS;
use quorate::session::{Action, Edit, Side};
use yew::prelude::*;

#[component]
pub(crate) fn Labs(props: &PanelProps) -> Html {
    let PanelProps { host, version, lang } = props;
    let (version, lang) = (*version, *lang);
    let two = host.read(|session| session.lab(Side::Second).is_some());
    if !two {
        return html! { <div class="labs"><Stage key="first" host={host.clone()} {version} {lang} /></div> };
    }
    let lab = |side: Side, key: &'static str| {
        let (name, looked_at) = host.read(|session| {
            let name = session.lab(side).map_or("", |lab| lab.run().spec().name.get(lang));
            (name, session.focus() == side)
        });
        let label = say(texts::BESIDE_STAGE, lang, &[("protocol", name)]);
        html! {
            <section {key} class={classes!("lab", looked_at.then_some("looked-at"))} aria-label={label}>
                { head(props, side, name, looked_at) }
                <Stage host={host.clone()} {version} {lang} {side} />
            </section>
        }
    };
    html! {
        <div class="labs two">
            { lab(Side::First, "first") }
            { lab(Side::Second, "second") }
            <DeedStrip key="deeds" ..props.clone() />
        </div>
    }
}

/// Its name, which looks at it more closely; of the second one also what stands there, and its end.
fn head(props: &PanelProps, side: Side, name: &'static str, looked_at: bool) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let look = {
        let host = host.clone();
        Callback::from(move |_: MouseEvent| host.act(Action::Look(side)))
    };
    let label = say(texts::BESIDE_LOOK, lang, &[("protocol", name)]);
    let second = (side == Side::Second && !host.is_embedded()).then(|| {
        let chosen = host.read(|session| {
            let beside = session.scenario().beside.as_ref().map(|beside| beside.entry);
            PROTOCOLS.iter().position(|entry| Some(entry) == beside).unwrap_or(0)
        });
        let options: Vec<AttrValue> = PROTOCOLS.iter().map(|entry| entry.spec.name.get(lang).into()).collect();
        let (on_pick, close) = (host.clone(), host.clone());
        let on_pick = Callback::from(move |place: usize| {
            on_pick.act(Action::Edit(Edit::Beside(PROTOCOLS.get(place)), None));
        });
        let close = Callback::from(move |_: MouseEvent| close.act(Action::Edit(Edit::Beside(None), None)));
        let end = say(texts::BESIDE_CLOSE, lang, &[("protocol", name)]);
        html! {
            <>
                <Picker label={texts::BESIDE.get(lang)} {options} {chosen} {on_pick} class={classes!("lab-picker")} />
                <button class="btn icon-only" type="button" aria-label={end.clone()} title={end} onclick={close}>{ icon(Icon::Close) }</button>
            </>
        }
    });
    html! {
        <div class="lab-head">
            <button class="lab-name" type="button" aria-pressed={looked_at.to_string()} title={label} onclick={look}>{ name }</button>
            { for second }
        </div>
    }
}
