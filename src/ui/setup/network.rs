//! Links and disks.

use super::{DelayEditor, PartProps, fold, row};
use crate::controls::{Scale, Slider, Toggle};
use crate::words;
use quorate::session::{Action, Edit};
use quorate::sim::{Delay, Network as Links};
use yew::prelude::*;

/// Loss and duplication end here on their sliders, in hundredths of a percent.
const SHARE_MOST: u64 = 10_000;

#[component]
pub(super) fn Network(props: &PartProps) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let links = &scenario.network;
    let edit = |change: fn(Links, u64) -> Links| {
        let (host, links) = (props.host.clone(), links.clone());
        Callback::from(move |(value, gesture): (u64, u32)| {
            host.act(Action::Edit(Edit::Network(change(links.clone(), value)), Some(gesture)));
        })
    };
    let share = |name: quorate::model::Text, ppm: u32, change: fn(Links, u64) -> Links| {
        let text = words::percent_ppm(ppm);
        let value = u64::from(ppm) / 100;
        row(
            name.get(lang),
            text.clone(),
            html! {
                <Slider
                    label={name.get(lang)}
                    {value}
                    scale={Scale::Fine { least: 0, most: SHARE_MOST }}
                    {text}
                    on_change={edit(change)}
                />
            },
        )
    };
    let set_delay = {
        let (host, links) = (props.host.clone(), links.clone());
        Callback::from(move |(delay, gesture): (Delay, Option<u32>)| {
            let links = Links { delay, ..links.clone() };
            host.act(Action::Edit(Edit::Network(links), gesture));
        })
    };
    let set_disk = {
        let host = props.host.clone();
        Callback::from(move |(delay, gesture)| host.act(Action::Edit(Edit::Disk(delay), gesture)))
    };
    let set_fifo = {
        let (host, links) = (props.host.clone(), links.clone());
        Callback::from(move |fifo| {
            host.act(Action::Edit(Edit::Network(Links { fifo, ..links.clone() }), None));
        })
    };
    let body = html! {
        <>
            <DelayEditor label={words::DELAY.get(lang)} delay={links.delay.clone()} {lang} on_change={set_delay} />
            { share(words::LOSS, links.loss_ppm, |links, value| Links { loss_ppm: value as u32 * 100, ..links }) }
            { share(words::DUPLICATES, links.duplicate_ppm, |links, value| {
                Links { duplicate_ppm: value as u32 * 100, ..links }
            }) }
            <Toggle label={words::FIFO.get(lang)} help={words::FIFO_HELP.get(lang)} on={links.fifo} on_switch={set_fifo} />
            <DelayEditor label={words::DISK.get(lang)} delay={scenario.disk.clone()} {lang} on_change={set_disk} />
        </>
    };
    fold(words::NETWORK.get(lang), true, Html::default(), body)
}
