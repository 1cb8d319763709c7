//! What things are called: for those who do not see the picture, and for those who point at it.

use crate::model::{Arg, Fact, Lang, NodeId, NodeSet, Spec, Text, shown};
use crate::quorum::Rule;
use crate::sim::{Fault, FaultKind, Flight, Health, NodeFrame};

/// Of a node that is down.
pub const CRASHED: Text = Text::new("crashed", "已崩溃");
/// Of a node that stands still.
pub const PAUSED: Text = Text::new("paused", "停顿中");

/// `term 3`, `任期 3`.
#[must_use]
pub fn epoch(spec: &Spec, epoch: u32, lang: Lang) -> String {
    let mut out = spec.epoch.name.get(lang).to_owned();
    out.push(' ');
    shown(&mut out, Arg::Packed(spec.epoch.kind, epoch), lang);
    out
}

/// What a node is, in a word or two: its role, or that it takes no part.
#[must_use]
pub fn role(spec: &Spec, node: &NodeFrame, lang: Lang) -> &'static str {
    match node.health {
        Health::Crashed => CRASHED.get(lang),
        Health::Paused => PAUSED.get(lang),
        Health::Up => spec.roles.get(usize::from(node.role)).map_or("", |word| word.name.get(lang)),
    }
}

/// `S3, candidate, term 3, weight 1`.
#[must_use]
pub fn node(spec: &Spec, node: &NodeFrame, lang: Lang) -> String {
    let (role, epoch) = (role(spec, node, lang), epoch(spec, node.epoch, lang));
    match lang {
        Lang::En => format!("{}, {role}, {epoch}, weight {}", node.id, node.weight),
        Lang::Zh => format!("{}，{role}，{epoch}，权重 {}", node.id, node.weight),
    }
}

/// A message's name in its paper.
#[must_use]
pub fn message_word(spec: &Spec, brief: &Fact) -> &'static str {
    spec.messages.get(usize::from(brief.code)).map_or("?", |word| word.name)
}

/// `RequestVote from S3 to S1, term 3`.
#[must_use]
pub fn message(spec: &Spec, flight: &Flight, lang: Lang) -> String {
    let (word, epoch) = (message_word(spec, &flight.brief), epoch(spec, flight.brief.args[0], lang));
    let Flight { from, to, .. } = flight;
    match lang {
        Lang::En => format!("{word} from {from} to {to}, {epoch}"),
        Lang::Zh => format!("{word}，{from} 发往 {to}，{epoch}"),
    }
}

/// `S1, S4 and S5`.
#[must_use]
pub fn nodes(set: impl IntoIterator<Item = NodeId>, lang: Lang) -> String {
    let names: Vec<String> = set.into_iter().map(|node| node.to_string()).collect();
    match (lang, names.split_last()) {
        (_, None) => String::new(),
        (_, Some((only, []))) => only.clone(),
        (Lang::En, Some((last, rest))) => format!("{} and {last}", rest.join(", ")),
        (Lang::Zh, Some((last, rest))) => format!("{} 和 {last}", rest.join("、")),
    }
}

/// `{S4, S5}`, or how many where they are too many to list.
fn group(set: NodeSet, lang: Lang) -> String {
    match (set.len(), lang) {
        (0..=6, _) => set.to_string(),
        (count, Lang::En) => format!("{count} nodes"),
        (count, Lang::Zh) => format!("{count} 个节点"),
    }
}

/// The weights of a rule, in the order of the nodes: `3 2 1 1 1`.
#[must_use]
pub fn weights(rule: &Rule) -> String {
    rule.weights().iter().map(u8::to_string).collect::<Vec<_>>().join(" ")
}

/// `crash`, `partition {S4, S5} | rest`: what stands in a fault's window.
#[must_use]
pub fn fault(kind: &FaultKind, lang: Lang) -> String {
    let pick = |en: &str, zh: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Zh => zh.to_owned(),
    };
    match kind {
        FaultKind::Crash { amnesia: false, .. } => pick("crash", "崩溃"),
        FaultKind::Crash { amnesia: true, .. } => pick("crash, disk lost", "崩溃且磁盘丢失"),
        FaultKind::Pause { .. } => pick("pause", "停顿"),
        FaultKind::Partition { groups } => {
            let names: Vec<String> = groups.iter().map(|set| group(*set, lang)).collect();
            let names = names.join(" | ");
            match lang {
                Lang::En => format!("partition {names} | rest"),
                Lang::Zh => format!("分区 {names} | 其余"),
            }
        }
        FaultKind::Cut { from, to } => {
            let (from, to) = (group(*from, lang), group(*to, lang));
            match lang {
                Lang::En => format!("cut {from} → {to}"),
                Lang::Zh => format!("断开 {from} → {to}"),
            }
        }
        FaultKind::Slow { from, to, .. } => {
            let (from, to) = (group(*from, lang), group(*to, lang));
            match lang {
                Lang::En => format!("slow {from} → {to}"),
                Lang::Zh => format!("变慢 {from} → {to}"),
            }
        }
        FaultKind::Loss { ppm } => {
            let percent = f64::from(*ppm) / 1e4;
            match lang {
                Lang::En => format!("loss {percent} %"),
                Lang::Zh => format!("丢包 {percent} %"),
            }
        }
        FaultKind::Jump { nodes, by_ms } => {
            let (whose, sign, by) =
                (group(*nodes, lang), if *by_ms < 0 { '−' } else { '+' }, by_ms.unsigned_abs());
            match lang {
                Lang::En => format!("clock {whose} {sign}{by} ms"),
                Lang::Zh => format!("时钟跳变 {whose} {sign}{by} ms"),
            }
        }
    }
}

/// `Crash of S1 from 1010 to 1600 ms`.
#[must_use]
pub fn window(what: &Fault, enabled: bool, lang: Lang) -> String {
    let mut out = match (&what.kind, lang) {
        (FaultKind::Crash { node, .. }, Lang::En) => format!("Crash of {node}"),
        (FaultKind::Crash { node, .. }, Lang::Zh) => format!("{node} 崩溃"),
        (FaultKind::Pause { node }, Lang::En) => format!("Pause of {node}"),
        (FaultKind::Pause { node }, Lang::Zh) => format!("{node} 停顿"),
        (
            FaultKind::Partition { .. }
            | FaultKind::Cut { .. }
            | FaultKind::Slow { .. }
            | FaultKind::Loss { .. }
            | FaultKind::Jump { .. },
            _,
        ) => {
            let word = fault(&what.kind, lang);
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    };
    let from = what.from.as_ms().round();
    let until = what.until.map(|until| until.as_ms().round());
    out.push_str(&match (lang, until) {
        (Lang::En, Some(until)) => format!(" from {from} to {until} ms"),
        (Lang::En, None) => format!(" from {from} ms on"),
        (Lang::Zh, Some(until)) => format!("，{from} 至 {until} ms"),
        (Lang::Zh, None) => format!("，自 {from} ms 起"),
    });
    if !enabled {
        out.push_str(match lang {
            Lang::En => ", switched off",
            Lang::Zh => "，已停用",
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;
    use crate::view::testing::{SPEC, flight, frame};

    #[test]
    fn nodes_and_messages_have_names_in_both_languages() {
        let mut frame = frame(&[1, 3]);
        assert_eq!(node(&SPEC, &frame.nodes[1], Lang::En), "S2, follower, term 3, weight 3");
        frame.nodes[1].health = Health::Crashed;
        assert_eq!(node(&SPEC, &frame.nodes[1], Lang::Zh), "S2，已崩溃，任期 3，权重 3");
        assert_eq!(message(&SPEC, &flight(0, 2, 0), Lang::En), "Ask from S3 to S1, term 3");
        assert_eq!(message(&SPEC, &flight(0, 2, 0), Lang::Zh), "Ask，S3 发往 S1，任期 3");
        let some = [NodeId(0), NodeId(3), NodeId(4)];
        assert_eq!(nodes(some, Lang::En), "S1, S4 and S5");
        assert_eq!(nodes(some, Lang::Zh), "S1、S4 和 S5");
    }

    #[test]
    fn windows_say_what_and_when() {
        let crash = FaultKind::Crash { node: NodeId(0), amnesia: false };
        let what = Fault { kind: crash, from: Time::ms(1010), until: Some(Time::ms(1600)) };
        assert_eq!(window(&what, true, Lang::En), "Crash of S1 from 1010 to 1600 ms");
        assert_eq!(window(&what, false, Lang::Zh), "S1 崩溃，1010 至 1600 ms，已停用");
        let groups = vec![[NodeId(3), NodeId(4)].into_iter().collect()];
        let what = Fault { kind: FaultKind::Partition { groups }, from: Time(0), until: None };
        assert_eq!(window(&what, true, Lang::En), "Partition {S4, S5} | rest from 0 ms on");
        let back = FaultKind::Jump { nodes: NodeSet::only(NodeId(2)), by_ms: -250 };
        let what = Fault { kind: back, from: Time::ms(40), until: Some(Time::ms(90)) };
        assert_eq!(window(&what, true, Lang::En), "Clock {S3} −250 ms from 40 to 90 ms");
        assert_eq!(window(&what, true, Lang::Zh), "时钟跳变 {S3} −250 ms，40 至 90 ms");
    }
}
