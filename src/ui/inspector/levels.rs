//! The nodes' numbers over time.

use crate::host::PanelProps;
use crate::words::{self, say};
use quorate::model::{Arg, NodeId, Time, shown};
use quorate::session::Action;
use quorate::view::{HUES, LevelLine, Levels};
use yew::prelude::*;

/// The colours come in turn.
fn hue(node: NodeId) -> usize {
    node.index() % usize::from(HUES) + 1
}

/// The plot's size in its own units.
const SIZE: (f64, f64) = (320.0, 150.0);

/// A line for each node that holds a number, and where they stand at this moment; nothing where none does.
#[component]
pub(crate) fn LevelPlot(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let (digest, end, now) =
        host.read(|session| (session.run().trace().digest(), session.run().end(), session.frame().at));
    let source = host.clone();
    let levels = use_memo(digest, move |_| {
        source.read(|session| Levels::of(session.run().trace(), session.run().rule().nodes()))
    });
    if levels.lines.is_empty() {
        return html! { <div hidden=true /> };
    }
    let number = |level: i64| {
        let mut text = String::new();
        // Six digits after the point are enough to read.
        shown(&mut text, Arg::Nano(level / 1_000 * 1_000), lang);
        text
    };
    let (wide, high) = SIZE;
    let line = |line: &LevelLine| {
        let class = format!("level-line hue-{}", hue(line.node));
        html! { <path key={line.node.index()} {class} d={levels.path(line, end, wide, high)} /> }
    };
    let x = format!("{:.1}", wide * now.0 as f64 / end.0.max(1) as f64);
    let value = |line: &LevelLine| {
        let level = host.read(|session| session.run().inspect(line.node).level);
        let class = format!("tag hue-{}", hue(line.node));
        html! {
            <li key={line.node.index()}><span {class}>{ line.node.to_string() }</span>{ " " }<b>{ level.map(number) }</b></li>
        }
    };
    let seek = {
        let host = host.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(svg) = event.target_dyn_into::<web_sys::Element>() else { return };
            let area = svg.closest("svg").ok().flatten().map(|svg| svg.get_bounding_client_rect());
            let Some(area) = area.filter(|area| area.width() > 0.0) else { return };
            let share = ((f64::from(event.client_x()) - area.left()) / area.width()).clamp(0.0, 1.0);
            host.act(Action::Seek(Time((share * end.0 as f64) as u64)));
        })
    };
    let name =
        say(words::LEVELS_NAME, lang, &[("least", &number(levels.least)), ("most", &number(levels.most))]);
    html! {
        <section class="levels part" aria-label={words::LEVELS.get(lang)}>
            <h2>{ words::LEVELS.get(lang) }</h2>
            <div class="level-plot">
                <svg viewBox={format!("-2 -4 {} {}", wide + 4.0, high + 8.0)} preserveAspectRatio="none" role="img" aria-label={name} onclick={seek}>
                    { for levels.lines.iter().map(line) }
                    <path key="now" class="level-now" d={format!("M{x} -4V{}", high + 4.0)} />
                </svg>
                <span class="level-most">{ number(levels.most) }</span>
                <span class="level-least">{ number(levels.least) }</span>
                <span class="level-from">{ words::moment(Time(0)) }</span>
                <span class="level-until">{ words::moment(end) }</span>
            </div>
            <ul class="level-values">{ for levels.lines.iter().map(value) }</ul>
        </section>
    }
}
