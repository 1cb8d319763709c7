//! What the rule is worth, in sentences.

use super::PartProps;
use crate::controls::{Scale, Slider};
use crate::icons::{Icon, icon};
use crate::words::{self, added, braced, listed, say};
use quorate::model::{Lang, NodeSet, Spec};
use quorate::quorum::{self, MustMeet, Rule};
use yew::prelude::*;

/// How likely one node is up, in the steps of the slider.
const UP: [f64; 9] = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];

#[component]
pub(super) fn Verdict(props: &PartProps) -> Html {
    let (scenario, lang) = (&props.scenario.0, props.lang);
    let (rule, spec) = (scenario.rule(), scenario.spec());
    let up = use_state(|| 5u64);
    let pairs: Vec<_> = spec.must_meet.iter().map(|pair| (pair.a, pair.b)).collect();
    let seen = quorum::verdict(&rule, &pairs);
    let impossible = seen.phases.iter().position(|phase| !phase.possible);
    let safe = seen.is_safe();

    // What is said of a pair, and what follows from it; what is broken comes first.
    let mut heads: Vec<(String, String)> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let pairs = || seen.meetings.iter().zip(spec.must_meet);
    for (pair, must) in pairs().filter(|(pair, _)| !pair.meeting.meets) {
        heads.push((pair_head(pair, spec, lang), say(words::SO_WRONG, lang, &[("why", must.why.get(lang))])));
    }
    for (pair, _) in pairs().filter(|(pair, _)| pair.meeting.meets) {
        let note = if pair.meeting.rule_holds { String::new() } else { rule_note(pair, &rule, lang) };
        heads.push((pair_head(pair, spec, lang), note));
    }
    let quorums = rule.phases() > 0;
    if !quorums {
        heads.push((words::NO_QUORUMS.get(lang).to_owned(), String::new()));
    } else if heads.is_empty() {
        heads.push((words::NOTHING_MUST_MEET.get(lang).to_owned(), String::new()));
    }
    if let Some(phase) = impossible {
        let total = rule.total().to_string();
        let name = spec.phases.get(phase).map_or_else(String::new, |word| words::within(word.name.get(lang)));
        heads
            .insert(0, (say(words::IMPOSSIBLE, lang, &[("phase", &name), ("total", &total)]), String::new()));
    }
    if quorums && impossible.is_none() {
        notes.push(survival_text(&seen.survival, lang));
        notes.extend(smallest_text(&seen, spec, lang));
    }
    if quorums {
        notes.extend(idle_text(&seen, lang));
    }

    let p = UP.get(*up as usize).copied().unwrap_or(0.99);
    let every: Vec<usize> = (0..rule.phases()).collect();
    let alive = quorum::availability(&rule, &every, p);
    let set_up = Callback::from(move |(place, _): (u64, u32)| up.set(place));
    let up_text = format!("{} %", words::number(p * 100.0, 2));
    let place = UP.iter().position(|known| *known == p).unwrap_or(0) as u64;
    let good = safe && impossible.is_none();
    let fine = |head: &(String, String)| {
        good || seen.meetings.iter().any(|pair| pair.meeting.meets && pair_head(pair, spec, lang) == head.0)
    };
    let heads = heads.iter().map(|head| html! {
        <li key={head.0.clone()} class={fine(head).then_some("fine")}>{ head.0.clone() }<small>{ head.1.clone() }</small></li>
    });
    let notes = notes.iter().map(|note| html! { <li key={note.clone()}>{ note }</li> });
    html! {
        <div class="verdict-block">
            <div class={classes!("verdict", if good { "good" } else { "bad" })} role="status">
                { icon(if good { Icon::Check } else { Icon::Cross }) }
                <div>
                    <ul class="verdict-heads">{ for heads }</ul>
                    <ul class="verdict-notes">{ for notes }</ul>
                </div>
            </div>
            if quorums {
                <div class="row">
                    <span class="row-label">{ words::AVAILABILITY.get(lang) }</span>
                    <span class="row-value">{ up_text.clone() }</span>
                    <span class="row-control">
                        <Slider
                            label={words::AVAILABILITY.get(lang)}
                            value={place}
                            scale={Scale::Whole { least: 0, most: UP.len() as u64 - 1 }}
                            text={up_text}
                            on_change={set_up}
                        />
                    </span>
                </div>
                <p class="alive">{ alive_text(alive, lang) }</p>
            }
        </div>
    }
}

fn pair_head(pair: &MustMeet, spec: &Spec, lang: Lang) -> String {
    let name = |phase: usize| {
        spec.phases.get(phase).map_or_else(String::new, |word| words::within(word.name.get(lang)))
    };
    let (a, b) = (&*name(pair.a), &*name(pair.b));
    match (&pair.meeting.disjoint, pair.a == pair.b) {
        (None, true) => say(words::MEET_SELF, lang, &[("a", a)]),
        (None, false) => say(words::MEET_BOTH, lang, &[("a", a), ("b", b)]),
        (Some((one, other)), same) => {
            let (one, other) = (braced(*one), braced(*other));
            let text = if same { words::APART_SELF } else { words::APART_BOTH };
            say(text, lang, &[("one", &one), ("other", &other), ("a", a), ("b", b)])
        }
    }
}

fn rule_note(pair: &MustMeet, rule: &Rule, lang: Lang) -> String {
    let [r, w, total] = [rule.threshold(pair.a), rule.threshold(pair.b), rule.total()].map(|n| n.to_string());
    say(words::RULE_NOTE, lang, &[("r", &r), ("w", &w), ("total", &total)])
}

fn survival_text(survival: &quorum::Survival, lang: Lang) -> String {
    let (any, n) = (survival.any as usize, survival.any.to_string());
    let nodes = listed(survival.largest, lang);
    let text = match (any, survival.largest.len()) {
        (0, 0) => words::SURVIVES_NONE,
        (0, 1) => words::SURVIVES_SOME,
        (0, _) => words::SURVIVES_SOME_TOGETHER,
        (1, 1) => words::SURVIVES_ANY_ONE,
        (1, _) => words::SURVIVES_ANY_ONE_AND,
        (any, most) if most > any => words::SURVIVES_ANY_AND,
        _ => words::SURVIVES_ANY,
    };
    say(text, lang, &[("n", &n), ("nodes", &nodes)])
}

fn smallest_text(seen: &quorum::Verdict, spec: &Spec, lang: Lang) -> Vec<String> {
    let set_text = |phase: &quorum::PhaseVerdict| {
        let first = added(phase.smallest.first().copied().unwrap_or(NodeSet::EMPTY));
        let others = phase.smallest.len().saturating_sub(1);
        match (others, phase.smallest_more) {
            (0, _) => first,
            (_, true) => say(words::OR_MANY, lang, &[("set", &first)]),
            (n, false) => say(words::OR_OTHERS, lang, &[("set", &first), ("n", &n.to_string())]),
        }
    };
    let alike = seen.phases.windows(2).all(|pair| pair[0].threshold == pair[1].threshold);
    if alike {
        let first = seen.phases.first().map(set_text);
        return first.map(|set| say(words::SMALLEST, lang, &[("set", &set)])).into_iter().collect();
    }
    let each = seen.phases.iter().zip(spec.phases);
    each.map(|(phase, word)| {
        say(
            words::SMALLEST_TO,
            lang,
            &[("phase", &words::within(word.name.get(lang))), ("set", &set_text(phase))],
        )
    })
    .collect()
}

/// The nodes that matter in no phase.
fn idle_text(seen: &quorum::Verdict, lang: Lang) -> Option<String> {
    let mut phases = seen.phases.iter().filter(|phase| phase.possible);
    let first = phases.next()?.idle;
    let idle = phases.fold(first, |idle, phase| idle.and(phase.idle));
    (!idle.is_empty()).then(|| say(words::IDLE_ONE, lang, &[("nodes", &listed(idle, lang))]))
}

fn alive_text(alive: f64, lang: Lang) -> String {
    let percent = if (0.9999..1.0).contains(&alive) {
        // As many decimals as there are nines, and one more.
        let nines = (-(1.0 - alive).log10()).floor().clamp(2.0, 12.0) as usize;
        format!("{:.*} %", nines - 1, alive * 100.0)
    } else {
        format!("{} %", words::number(alive * 100.0, 2))
    };
    let text = say(words::ALIVE, lang, &[("percent", &percent)]);
    let seconds = (1.0 - alive) * 365.25 * 86_400.0;
    let (unit, n) = match seconds {
        s if s < 1.0 => return format!("{text}{}", if lang == Lang::En { "." } else { "。" }),
        s if s < 120.0 => (words::SECONDS, s),
        s if s < 7_200.0 => (words::MINUTES, s / 60.0),
        s if s < 172_800.0 => (words::HOURS, s / 3_600.0),
        s => (words::DAYS, s / 86_400.0),
    };
    let time = say(unit, lang, &[("n", &words::number(n, usize::from(n < 10.0)))]);
    let down = say(words::DOWN_YEAR, lang, &[("time", &time)]);
    if lang == Lang::En { format!("{text}: {down}.") } else { format!("{text}，{down}。") }
}
