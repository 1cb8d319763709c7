//! What became of the requests of two labs, over time: answered, refused, stale, lost.

use super::nodes::round;
use crate::host::{Host, PanelProps};
use crate::words::{compare as texts, say, span};
use quorate::compare::{Bucket, Deeds};
use quorate::model::{Lang, Span, Text, Time};
use quorate::session::{Lab, Session, Side};
use std::rc::Rc;
use yew::prelude::*;

/// No more bars than this stand beside each other.
const BARS_MAX: u64 = 60;
/// How long a bar may be, to choose from.
const LENGTHS_MS: [u64; 12] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000];
/// More requests than this take too long to count.
const REQUESTS_MAX: usize = 30_000;
/// A bar's full height, in its own measure.
const HIGH: f64 = 24.0;

/// What is counted: its name, class, and how much of it is in a bucket.
type Count = (Text, &'static str, fn(&Bucket) -> u32);

const COUNTS: [Count; 4] = [
    (texts::COL_ANSWERED, "answered", |bucket| bucket.answered),
    (texts::COL_REFUSED, "refused", |bucket| bucket.refused),
    (texts::COL_STALE, "stale", |bucket| bucket.stale),
    (texts::COL_LOST, "lost", |bucket| bucket.lost),
];

/// The counts of a run that is whole; equal where the run is the same.
#[derive(Clone)]
struct Counted {
    trace: u64,
    deeds: Rc<Deeds>,
    bars: Rc<Vec<Bucket>>,
}

#[component]
pub(crate) fn DeedStrip(props: &PanelProps) -> Html {
    let PanelProps { host, lang, .. } = props;
    let lang = *lang;
    let known = use_mut_ref(|| [None::<Counted>, None]);
    let (now, end) = host.read(|session| (session.frame().at, Time(session.scenario().duration.0.max(1))));
    let length = length(end);
    {
        let mut known = known.borrow_mut();
        for (slot, side) in known.iter_mut().zip([Side::First, Side::Second]) {
            host.read(|session| count(session, session.lab(side), length, end, slot));
        }
    }
    let known = known.borrow();
    let most = known.iter().flatten().flat_map(|counted| counted.bars.iter()).map(tallest).max().unwrap_or(0);
    let row =
        |side: Side, counted: &Option<Counted>| row(host, side, counted.as_ref(), (now, end), most, lang);
    let per = say(texts::STRIP_PER, lang, &[("length", &span(length.0))]);
    html! {
        <section class="deeds" aria-label={texts::STRIP.get(lang)}>
            <p class="deeds-keys">
                <b>{ texts::STRIP.get(lang) }</b>
                { for COUNTS.iter().map(|(name, class, _)| html! { <span key={*class}><i class={classes!("deed-key", *class)} />{ name.get(lang) }</span> }) }
                <span class="faint">{ per }</span>
            </p>
            { row(Side::First, &known[0]) }
            { row(Side::Second, &known[1]) }
        </section>
    }
}

/// The shortest length of which not too many fill a run.
fn length(end: Time) -> Span {
    let fits = |ms: &&u64| end.0.div_ceil(**ms * 1_000) <= BARS_MAX;
    Span::ms(LENGTHS_MS.iter().find(fits).copied().unwrap_or(60_000))
}

fn tallest(bucket: &Bucket) -> u32 {
    bucket.answered.max(bucket.refused)
}

/// Counts again where the run is another one, and whole.
fn count(session: &Session, lab: Option<&Lab>, length: Span, end: Time, slot: &mut Option<Counted>) {
    let Some(lab) = lab else { return };
    let trace = lab.run().trace().digest();
    let many = is_many(lab);
    if slot.as_ref().is_some_and(|counted| counted.trace == trace) || session.computing().is_some() || many {
        return;
    }
    let deeds = Deeds::of(lab.run());
    let bars = Rc::new(deeds.buckets(length, end));
    *slot = Some(Counted { trace, deeds: Rc::new(deeds), bars });
}

fn is_many(lab: &Lab) -> bool {
    lab.run().history().operations().len() > REQUESTS_MAX
}

fn row(
    host: &Host,
    side: Side,
    counted: Option<&Counted>,
    (now, end): (Time, Time),
    most: u32,
    lang: Lang,
) -> Html {
    let name = host.read(|session| session.lab(side).map_or("", |lab| lab.run().spec().name.get(lang)));
    let many = host.read(|session| session.lab(side).is_some_and(is_many));
    let Some(Counted { deeds, bars, .. }) = counted.filter(|_| !many) else {
        let why = if many { texts::STRIP_MANY } else { texts::STRIP_WAITS };
        return html! { <div class="deeds-row"><b>{ name }</b><span class="faint">{ why.get(lang) }</span></div> };
    };
    let sums = deeds.until(now);
    let shown = |count: fn(&Bucket) -> u32, class: &str| {
        // Where it cannot be told, there is no zero.
        if class == "lost" && !deeds.knows_lost { "–".to_owned() } else { count(&sums).to_string() }
    };
    let mut values = vec![("protocol", name.to_owned())];
    values.extend(COUNTS.iter().map(|(_, class, count)| (*class, shown(*count, class))));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let label = say(texts::STRIP_NAME, lang, &values);
    let wide = bars.len() as f64;
    let high = |n: u32| f64::from(n) * HIGH / f64::from(most.max(1));
    // Answers stand on the line, what is stale or lost of them darker in them; refusals hang below it.
    let path = |of: fn(&Bucket) -> u32, down: bool| {
        let mut path = String::new();
        for (place, bucket) in bars.iter().enumerate().filter(|(_, bucket)| of(bucket) > 0) {
            let tall = if down { high(of(bucket)) } else { -high(of(bucket)) };
            path.push_str(&format!("M{} {HIGH}v{}h.8v{}z", place as f64 + 0.1, round(tall), round(-tall)));
        }
        path
    };
    let x = now.0 as f64 / end.0 as f64 * wide;
    html! {
        <div class="deeds-row">
            <b>{ name }</b>
            <span class="deeds-sums" aria-hidden="true">
                { for COUNTS.iter().map(|(name, class, count)| html! { <span key={*class} title={name.get(lang)}><i class={classes!("deed-key", *class)} />{ shown(*count, class) }</span> }) }
            </span>
            <svg role="img" aria-label={label} viewBox={format!("0 0 {wide} {}", 2.0 * HIGH)} preserveAspectRatio="none">
                { for COUNTS.iter().map(|(_, class, count)| html! { <path key={*class} class={classes!("deed", *class)} d={path(*count, *class == "refused")} /> }) }
                <path key="line" class="deed-line" d={format!("M0 {HIGH}H{wide}")} />
                <path key="now" class="deed-now" d={format!("M{} 0V{}", round(x), 2.0 * HIGH)} />
            </svg>
        </div>
    }
}
