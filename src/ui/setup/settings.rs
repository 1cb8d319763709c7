//! What the protocol itself lets one set: timings, switches, and its classic mistakes.

use super::{PartProps, fold, row};
use crate::controls::{LinkMatrix, Picker, RangeSlider, Scale, Slider, Toggle};
use crate::words::{self, say};
use quorate::model::{Setting, SettingGroup, SettingKind, SettingValue, Span, SpanRange};
use quorate::session::{Action, Edit};
use yew::prelude::*;

#[component]
pub(super) fn Timing(props: &PartProps) -> Html {
    group(props, SettingGroup::Timing, words::TIMING.get(props.lang))
}

#[component]
pub(super) fn Switches(props: &PartProps) -> Html {
    group(props, SettingGroup::Switch, words::SWITCHES.get(props.lang))
}

fn group(props: &PartProps, group: SettingGroup, title: &str) -> Html {
    let settings = props.scenario.0.spec().settings.iter().filter(|setting| setting.group == group);
    let rows: Vec<Html> = settings.map(|setting| html! {
        <div key={setting.id} class="setting" title={setting.help.get(props.lang)}>{ control(props, setting) }</div>
    }).collect();
    if rows.is_empty() {
        return html! { <div hidden=true /> };
    }
    fold(title, true, Html::default(), html! { <div>{ for rows }</div> })
}

fn control(props: &PartProps, setting: &'static Setting) -> Html {
    let lang = props.lang;
    let name = setting.name.get(lang);
    let set =
        |value: SettingValue, gesture: Option<u32>| Action::Edit(Edit::Setting(setting.id, value), gesture);
    let host = props.host.clone();
    let value = props.scenario.0.settings.get(setting.id).unwrap_or(setting.kind.default_value());
    match (setting.kind, value) {
        (SettingKind::Span { least, most, .. }, SettingValue::Span(now)) => {
            let text = words::span(now.0);
            let slide = Callback::from(move |(us, gesture)| {
                host.act(set(SettingValue::Span(Span(us)), Some(gesture)))
            });
            row(
                name,
                text.clone(),
                html! {
                    <Slider label={name} value={now.0} scale={Scale::Fine { least: least.0, most: most.0 }} {text} on_change={slide} />
                },
            )
        }
        (SettingKind::Range { least, most, .. }, SettingValue::Range(now)) => {
            let slide = Callback::from(move |((low, high), gesture)| {
                let range = SpanRange { least: Span(low), most: Span(high) };
                host.act(set(SettingValue::Range(range), Some(gesture)));
            });
            row(
                name,
                words::span_range(now.least.0, now.most.0),
                html! {
                    <RangeSlider
                        low_label={say(words::SHORTEST, lang, &[("what", name)])}
                        high_label={say(words::LONGEST, lang, &[("what", name)])}
                        low={now.least.0}
                        high={now.most.0}
                        low_text={words::span(now.least.0)}
                        high_text={words::span(now.most.0)}
                        scale={Scale::Fine { least: least.0, most: most.0 }}
                        on_change={slide}
                    />
                },
            )
        }
        (SettingKind::Number { least, most, .. }, SettingValue::Number(now)) => {
            let text = now.to_string();
            let slide = Callback::from(move |(number, gesture): (u64, u32)| {
                host.act(set(SettingValue::Number(number as u32), Some(gesture)));
            });
            let (least, most) = (u64::from(least), u64::from(most));
            let scale =
                if most - least > 200 { Scale::Fine { least, most } } else { Scale::Whole { least, most } };
            row(
                name,
                text.clone(),
                html! {
                    <Slider label={name} value={u64::from(now)} {scale} {text} on_change={slide} />
                },
            )
        }
        (SettingKind::Links, SettingValue::Links(links)) => {
            let on_draw = Callback::from(move |links| host.act(set(SettingValue::Links(links), None)));
            let nodes = props.scenario.0.weights.len();
            let matrix = html! { <LinkMatrix label={name} {nodes} {links} {lang} {on_draw} /> };
            row(name, links.count_ones().to_string(), matrix)
        }
        (SettingKind::Choice { options, .. }, SettingValue::Choice(now)) => {
            let pick = Callback::from(move |place: usize| {
                host.act(set(SettingValue::Choice(place as u8), None));
            });
            let names: Vec<AttrValue> =
                options.iter().map(|option| AttrValue::Static(option.name.get(lang))).collect();
            let picker =
                html! { <Picker label={name} options={names} chosen={usize::from(now)} on_pick={pick} /> };
            row(name, "", picker)
        }
        (_, value) => {
            let on = matches!(value, SettingValue::Switch(true));
            let switch = Callback::from(move |on| host.act(set(SettingValue::Switch(on), None)));
            html! { <Toggle label={name} help={setting.help.get(lang)} {on} on_switch={switch} /> }
        }
    }
}

#[component]
pub(super) fn Flaws(props: &PartProps) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let properties = (scenario.entry.properties)();
    let breaks = |id: &str| {
        let word = properties.iter().map(|property| property.word()).find(|word| word.id == id);
        let name = word.map_or(id, |word| word.name.get(lang));
        say(words::FLAW_BREAKS, lang, &[("name", name)])
    };
    let flaw = |flaw: &'static quorate::model::Flaw| {
        let host = props.host.clone();
        let switch = Callback::from(move |on| host.act(Action::Edit(Edit::Flaw(flaw.id, on), None)));
        html! {
            <div key={flaw.id} class="setting">
                <Toggle
                    label={words::capital(flaw.name.get(lang))}
                    help={breaks(flaw.breaks)}
                    on={scenario.settings.flaw(flaw.id)}
                    on_switch={switch}
                    wrong=true
                />
            </div>
        }
    };
    let flaws = scenario.spec().flaws;
    if flaws.is_empty() {
        return html! { <div hidden=true /> };
    }
    let on = scenario.settings.flaws().count();
    let extra = if on > 0 {
        html! { <span class="pill bad">{ say(words::N_ON, lang, &[("n", &on.to_string())]) }</span> }
    } else {
        Html::default()
    };
    let body = html! {
        <div>
            <p class="hint">{ words::FLAWS_HELP.get(lang) }</p>
            <div>{ for flaws.iter().map(flaw) }</div>
        </div>
    };
    fold(words::FLAWS.get(lang), on > 0, extra, body)
}
