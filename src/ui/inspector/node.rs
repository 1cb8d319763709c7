//! One node: its whole state, and what can be done to it.

use super::hue_class;
use crate::controls::Picker;
use crate::host::PanelProps;
use crate::icons::{Icon, icon};
use crate::words::{self, listed, say};
use quorate::model::{Arg, Field, Lang, NodeId, Spec, shown};
use quorate::session::{Action, Edit, Selection, Session};
use quorate::sim::{Health, NodeFrame, Timer};
use quorate::view::names;
use yew::prelude::*;

struct Seen {
    spec: &'static Spec,
    node: NodeFrame,
    fields: Vec<Field>,
}

fn seen(session: &Session) -> Option<Seen> {
    let Selection::Node(node) = session.selection() else { return None };
    let frame = session.frame().nodes.get(node.index())?.clone();
    let mut fields = Vec::new();
    session.run().fields(node, &mut fields);
    Some(Seen { spec: session.run().spec(), node: frame, fields })
}

#[component]
pub(crate) fn Node(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let (seen, count) = host.read(|session| (seen(session), session.frame().nodes.len()));
    let pick = {
        let host = host.clone();
        Callback::from(move |place: usize| {
            let selection =
                place.checked_sub(1).map_or(Selection::Nothing, |place| Selection::Node(NodeId::at(place)));
            host.act(Action::Select(selection));
        })
    };
    let mut options = vec![AttrValue::from("–")];
    options.extend(NodeId::all(count).map(|node| AttrValue::from(node.to_string())));
    let chosen = seen.as_ref().map_or(0, |seen| seen.node.id.index() + 1);
    let body = match &seen {
        None => html! { <p class="hint">{ words::NO_NODE.get(lang) }</p> },
        Some(seen) => details(props, seen),
    };
    html! {
        <section class="part" aria-label={words::TAB_NODE.get(lang)}>
            <div class="row">
                <span class="row-label">{ words::CHOOSE_NODE.get(lang) }</span>
                <Picker label={words::CHOOSE_NODE.get(lang)} {options} {chosen} on_pick={pick} />
            </div>
            <div>{ body }</div>
        </section>
    }
}

fn details(props: &PanelProps, seen: &Seen) -> Html {
    let lang = props.lang;
    let Seen { spec, node, fields } = seen;
    let field = |(place, field): (usize, &Field)| {
        let mut value = String::new();
        shown(&mut value, field.value, lang);
        let value_class = match field.value {
            Arg::Packed(kind, word) if kind == spec.epoch.kind && field.name.en == spec.epoch.name.en => {
                classes!("tag", hue_class(kind, word))
            }
            Arg::Packed(..)
            | Arg::Nodes(_)
            | Arg::Word(_)
            | Arg::Wide(_)
            | Arg::Nano(_)
            | Arg::Key(_)
            | Arg::Path(_)
            | Arg::Client(_)
            | Arg::Op(_)
            | Arg::Deed(_)
            | Arg::Vector(..) => Classes::new(),
        };
        html! {
            <div key={place} class="field">
                <dt>{ words::capital(field.name.get(lang)) }</dt>
                <dd>
                    <span class={value_class}>{ value }</span>
                    if field.durable {
                        <span class="durable" title={words::DURABLE_HELP.get(lang)}>{ icon(Icon::Disk) }<span class="unseen">{ words::DURABLE.get(lang) }</span></span>
                    }
                </dd>
            </div>
        }
    };
    let weight = say(words::WEIGHT, lang, &[("n", &node.weight.to_string())]);
    let cut = (!node.unreachable.is_empty() && node.health == Health::Up)
        .then(|| say(words::CUT_OFF_FROM, lang, &[("nodes", &listed(node.unreachable, lang))]));
    let log = (node.last > 0).then(|| {
        say(words::LOG_LINE, lang, &[("last", &node.last.to_string()), ("commit", &node.commit.to_string())])
    });
    let timer = node.timer.map(|(code, timer)| timer_text(spec, code, timer, lang));
    let notes: Vec<String> = [Some(weight), log, timer, cut].into_iter().flatten().collect();
    let down = node.health == Health::Crashed;
    html! {
        <div class={classes!("node-card", down.then_some("down"))}>
            <p class="node-title">
                <b>{ node.id.to_string() }</b>
                <span class={classes!("tag", hue_class(spec.epoch.kind, node.epoch))}>{ names::epoch(spec, node.epoch, lang) }</span>
                <span>{ names::role(spec, node, lang) }</span>
            </p>
            <ul class="node-notes">{ for notes.iter().map(|note| html! { <li key={note.clone()}>{ note }</li> }) }</ul>
            <h3>{ words::ACTIONS.get(lang) }</h3>
            { actions(props, seen) }
            <h3>{ words::STATE.get(lang) }</h3>
            <dl class="fields">{ for fields.iter().enumerate().map(field) }</dl>
        </div>
    }
}

fn timer_text(spec: &Spec, code: u8, timer: Timer, lang: Lang) -> String {
    let name = spec.timers.get(usize::from(code)).map_or("", |word| word.label.get(lang));
    let name = words::capital(name);
    say(words::FIRES_AT, lang, &[("timer", &name), ("at", &words::moment(timer.fires_at))])
}

fn actions(props: &PanelProps, seen: &Seen) -> Html {
    let (lang, node) = (props.lang, seen.node.id);
    let button = |text: String, edit: Edit, enabled: bool| {
        let host = props.host.clone();
        let act = Callback::from(move |_: MouseEvent| host.act(Action::Edit(edit.clone(), None)));
        html! { <button key={text.clone()} class="btn small" type="button" disabled={!enabled} onclick={act}>{ text }</button> }
    };
    let health = seen.node.health;
    let up = health == Health::Up;
    let word = |text: quorate::model::Text| text.get(lang).to_owned();
    let mut buttons = vec![
        button(word(words::CRASH), Edit::Crash(node), health != Health::Crashed),
        button(word(words::RESTART), Edit::Recover(node), health == Health::Crashed),
        button(word(words::PAUSE), Edit::Pause(node), up),
        button(word(words::RESUME), Edit::Recover(node), health == Health::Paused),
    ];
    for (code, timer) in seen.spec.timers.iter().enumerate().filter(|(_, timer)| timer.shown) {
        let text = say(words::TIME_OUT, lang, &[("timer", timer.label.get(lang))]);
        buttons.push(button(text, Edit::Timeout(node, code as u8), up));
    }
    buttons.push(button(word(words::PROPOSE), Edit::Propose(node), up));
    html! { <div class="buttons">{ for buttons }</div> }
}
