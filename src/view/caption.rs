//! What is happening, in a sentence: it stands above the picture, and is what a screen reader hears.

use super::{TallyRing, names};
use crate::model::{Lang, NodeSet, Notice, Spec, Stuck, Violation};
use crate::quorum::Rule;
use crate::sim::{Cluster, FaultKind, Frame, Kind, Record, Trace};

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mood {
    /// It tells what happened.
    #[default]
    Telling,
    /// Somebody gathers a quorum.
    Gathering,
    /// A property is broken.
    Broken,
}

/// The sentence above the picture.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Caption {
    /// The sentence.
    pub text: String,
    /// Below it, smaller: where it stands, who has answered.
    pub small: String,
    /// What is broken by now, if something is and the sentence does not say it.
    pub alert: Option<String>,
    /// How it is meant.
    pub mood: Mood,
}

/// Who is told: someone who watches, or someone who goes step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It plays: what lasts a moment only is not said.
    Watching,
    /// It stands: what this very event did is said.
    Stepping,
}

/// How far back something to tell is looked for.
const RECORDS_BACK_MAX: usize = 6_000;

/// What is happening at a moment; `run` stands at that moment too. Empty where nothing has happened.
#[must_use]
pub fn caption(frame: &Frame, run: &dyn Cluster, told: Told, lang: Lang) -> Caption {
    let (trace, spec, rule) = (run.trace(), run.spec(), run.rule());
    let broken = run.violations().iter().rfind(|violation| violation.event <= frame.event);
    let notable = last_notable(trace, spec, frame);
    // A violation is told until something notable follows it.
    if let Some(violation) = broken
        && notable.is_none_or(|(_, event)| event <= violation.event)
    {
        return Caption {
            text: violation.witness.sentence(lang),
            small: violation.property.statement.get(lang).to_owned(),
            alert: Some(alert(violation, lang)),
            mood: Mood::Broken,
        };
    }
    let stuck = run.stuck().iter().rfind(|stuck| stuck.at <= frame.at);
    if let Some(stuck) = stuck
        && notable.is_none_or(|(record, _)| record.at() <= stuck.at)
    {
        return Caption {
            text: stuck.witness.sentence(lang),
            small: stuck.property.statement.get(lang).to_owned(),
            alert: Some(broken.map_or_else(|| stuck_since(stuck, lang), |violation| alert(violation, lang))),
            mood: Mood::Broken,
        };
    }
    let gathering = gathering(frame, spec, rule);
    let step = match told {
        Told::Stepping => most_notable(trace.event(frame.event), trace, spec),
        Told::Watching => None,
    };
    let mut caption = match (step, &gathering) {
        (Some(record), _) => of_record(record, run, lang),
        (None, Some(ring)) => of_gathering(ring, frame, spec, rule, lang),
        (None, None) => notable.map(|(record, _)| of_record(record, run, lang)).unwrap_or_default(),
    };
    if let (Some(_), Some(ring)) = (step, &gathering) {
        if !caption.small.is_empty() {
            caption.small.push_str(" · ");
        }
        caption.small.push_str(&short(ring, lang));
    }
    caption.alert = broken.map(|violation| alert(violation, lang));
    caption.alert = caption.alert.or_else(|| stuck.map(|stuck| stuck_since(stuck, lang)));
    caption
}

fn stuck_since(stuck: &Stuck, lang: Lang) -> String {
    let (name, at) = (stuck.property.name.get(lang), stuck.at.as_ms());
    match lang {
        Lang::En => format!("{name} is stuck since {at:.0} ms"),
        Lang::Zh => format!("{name}自 {at:.0} ms 起停滞"),
    }
}

fn alert(violation: &Violation, lang: Lang) -> String {
    let (name, at) = (violation.property.name.get(lang), violation.at.as_ms());
    match lang {
        Lang::En => format!("{name} is broken since {at:.0} ms"),
        Lang::Zh => format!("{name}自 {at:.0} ms 起被破坏"),
    }
}

/// The open quorum that matters most: one that is sought before one that a leader keeps gathering,
/// the latest epoch first.
fn gathering(frame: &Frame, spec: &Spec, rule: &Rule) -> Option<TallyRing> {
    let rank = |role: u8| spec.roles.get(usize::from(role)).map_or(0, |word| word.rank);
    let open = frame.nodes.iter().filter_map(|node| {
        let ring = TallyRing::of(frame, node, rule, spec).filter(|ring| !ring.is_won())?;
        Some(((rank(node.role) == 1, ring.epoch, ring.weight), ring))
    });
    open.max_by_key(|(key, _)| *key).map(|(_, ring)| ring)
}

fn of_gathering(ring: &TallyRing, frame: &Frame, spec: &Spec, rule: &Rule, lang: Lang) -> Caption {
    let rule = frame.nodes.get(ring.gatherer.index()).and_then(|node| node.rule.as_ref()).unwrap_or(rule);
    let TallyRing { gatherer, weight, threshold, .. } = ring;
    let epoch = names::epoch(spec, ring.epoch, lang);
    let phase = spec.phases.get(ring.phase).map_or("", |phase| phase.name.get(lang));
    let mut text = match lang {
        Lang::En => {
            let phase = phase.to_lowercase();
            format!("{gatherer} has a yes from weight {weight} and needs {threshold} to {phase} in {epoch}.")
        }
        Lang::Zh => {
            let missing = threshold.saturating_sub(*weight);
            format!("{gatherer} 已获得权重 {weight} 的赞成，还差 {missing}（{epoch}，{phase}）。")
        }
    };
    let english = lang == Lang::En;
    if ring.total < *threshold {
        let total = ring.total;
        text.push_str(&if english {
            format!(" All nodes together are worth {total}: nobody ever can.")
        } else {
            format!("所有节点的权重之和只有 {total}：永远不可能达到。")
        });
    } else if let Some(voter) = ring.tipping(rule) {
        text.push_str(&if english {
            format!(" The yes on its way from {voter} will make it.")
        } else {
            format!("{voter} 的赞成票到达后即可达到。")
        });
    } else if ring.possible < *threshold {
        let possible = ring.possible;
        text.push_str(&if english {
            format!(" It can reach no more than {possible} now: some refuse, are down, or are cut off.")
        } else {
            format!("目前最多只能得到 {possible}：有节点拒绝、崩溃或被隔离。")
        });
    } else if !ring.coming.is_empty() {
        let coming = names::nodes(ring.coming.iter().copied(), lang);
        text.push_str(&if english {
            format!(" A yes is on its way from {coming}, which is not enough yet.")
        } else {
            format!("{coming} 的赞成票正在途中，但还不够。")
        });
    }
    let list = |set: crate::model::NodeSet| {
        if set.len() <= 8 { names::nodes(set.iter(), lang) } else { set.len().to_string() }
    };
    let mut parts = Vec::new();
    for (set, en, zh) in
        [(ring.yes, "yes", "赞成"), (ring.no, "no", "拒绝"), (ring.open, "no answer yet", "尚未答复")]
    {
        if !set.is_empty() {
            parts.push(if english {
                format!("{en}: {}", list(set))
            } else {
                format!("{zh}：{}", list(set))
            });
        }
    }
    Caption { text, small: parts.join(" · "), alert: None, mood: Mood::Gathering }
}

/// `S3: 4 of 5`.
fn short(ring: &TallyRing, lang: Lang) -> String {
    let TallyRing { gatherer, weight, threshold, .. } = ring;
    match lang {
        Lang::En => format!("{gatherer} has {weight} of {threshold}"),
        Lang::Zh => format!("{gatherer} 已得 {weight}，需要 {threshold}"),
    }
}

/// Whether a record has something to say to people.
fn speaks(record: &Record) -> bool {
    match record.kind {
        Kind::Because | Kind::Crash | Kind::Pause | Kind::Resume => true,
        Kind::Boot => record.at().0 > 0,
        Kind::Fault | Kind::Change => true,
        Kind::Send
        | Kind::Arrive
        | Kind::Vanish
        | Kind::Timer
        | Kind::Role
        | Kind::Decide
        | Kind::Written
        | Kind::Call
        | Kind::Return
        | Kind::Unheard
        | Kind::Hand
        | Kind::Level => false,
    }
}

/// The last notable thing up to a moment, and its event.
fn last_notable<'a>(trace: &'a Trace, spec: &Spec, frame: &Frame) -> Option<(&'a Record, u32)> {
    let records = trace.records();
    let mut place = trace.after(frame.at);
    let floor = place.saturating_sub(RECORDS_BACK_MAX);
    while place > floor {
        place -= 1;
        let record = &records[place];
        if speaks(record) && trace.notice(record, spec) == Notice::Notable {
            let event = trace.event_of(place);
            if event <= frame.event {
                return Some((record, event));
            }
        }
    }
    None
}

/// What one event did, at its most notable.
fn most_notable<'a>(event: &'a [Record], trace: &Trace, spec: &Spec) -> Option<&'a Record> {
    let spoken = event.iter().filter(|record| speaks(record));
    let graded = spoken.map(|record| (trace.notice(record, spec), record));
    graded.filter(|(notice, _)| *notice > Notice::Routine).max_by_key(|(notice, _)| *notice).map(|(_, r)| r)
}

fn of_record(record: &Record, run: &dyn Cluster, lang: Lang) -> Caption {
    let (spec, me) = (run.spec(), record.node);
    let english = lang == Lang::En;
    let text = match record.kind {
        Kind::Because => {
            let Some(rule) = spec.rules.get(usize::from(record.code)) else { return Caption::default() };
            let text = rule.sentence(me, &record.fact(), lang);
            return Caption { text, small: rule.cite.to_owned(), ..Caption::default() };
        }
        Kind::Crash if record.code == 1 && english => {
            format!("{me} crashes and loses its disk: it forgets all.")
        }
        Kind::Crash if record.code == 1 => format!("{me} 崩溃且磁盘丢失：它忘记了一切。"),
        Kind::Crash if english => format!("{me} crashes: it forgets what it had not written to disk."),
        Kind::Crash => format!("{me} 崩溃：未写入磁盘的内容全部丢失。"),
        Kind::Boot if english => format!("{me} starts again with what is on its disk."),
        Kind::Boot => format!("{me} 从磁盘恢复，重新启动。"),
        Kind::Pause if english => format!("{me} stands still: what comes in waits."),
        Kind::Pause => format!("{me} 停顿：收到的消息只能等待。"),
        Kind::Resume if english => format!("{me} goes on, as if no time had passed."),
        Kind::Resume => format!("{me} 继续运行，仿佛时间从未流逝。"),
        Kind::Fault => {
            let Some(fault) = run.plan().faults.get(record.link as usize) else { return Caption::default() };
            let opens = record.code == 1;
            let what = names::fault(&fault.kind, lang);
            match (&fault.kind, opens) {
                (FaultKind::Crash { .. } | FaultKind::Pause { .. }, _) => return Caption::default(),
                (FaultKind::Jump { nodes, by_ms }, _) => jump(*nodes, *by_ms, opens, lang),
                (_, true) if english => format!("From now on: {what}."),
                (_, true) => format!("从现在起：{what}。"),
                (_, false) if english => format!("Over: {what}. Messages pass again."),
                (_, false) => format!("结束：{what}。消息恢复畅通。"),
            }
        }
        Kind::Change => {
            let Some(change) = run.plan().changes.get(record.link as usize) else {
                return Caption::default();
            };
            let weights = names::weights(&change.rule);
            if english {
                format!("By hand, in every configuration file at once: the weights are now {weights}.")
            } else {
                format!("手动同时修改所有配置文件：权重现为 {weights}。")
            }
        }
        Kind::Send
        | Kind::Arrive
        | Kind::Vanish
        | Kind::Timer
        | Kind::Role
        | Kind::Decide
        | Kind::Written
        | Kind::Call
        | Kind::Return
        | Kind::Unheard
        | Kind::Hand
        | Kind::Level => return Caption::default(),
    };
    Caption { text, ..Caption::default() }
}

/// What a clock that jumps, or jumps back, does to who goes by it.
fn jump(nodes: NodeSet, by_ms: i32, opens: bool, lang: Lang) -> String {
    let (who, by) = (names::nodes(nodes.iter(), lang), by_ms.unsigned_abs());
    match (lang, opens, by_ms < 0) {
        (Lang::En, true, false) => {
            format!("The clock of {who} jumps {by} ms ahead: leases and timers end before their time.")
        }
        (Lang::En, true, true) => {
            format!("The clock of {who} jumps {by} ms back: leases and timers last longer.")
        }
        (Lang::En, false, _) => format!("The clock of {who} is set right again."),
        (Lang::Zh, true, false) => format!("{who} 的时钟向前跳了 {by} ms：租约与定时器提前到期。"),
        (Lang::Zh, true, true) => format!("{who} 的时钟向后跳了 {by} ms：租约与定时器延后到期。"),
        (Lang::Zh, false, _) => format!("{who} 的时钟恢复正常。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NodeId;
    use crate::sim::Health;
    use crate::view::testing::{SPEC, flight, frame, gathers};

    fn said(weights: &[u8], threshold: u32, change: impl Fn(&mut Frame), lang: Lang) -> Caption {
        let rule = Rule::new(weights, &[threshold]);
        let mut frame = frame(weights);
        change(&mut frame);
        let ring = gathering(&frame, &SPEC, &rule).unwrap();
        of_gathering(&ring, &frame, &SPEC, &rule, lang)
    }

    #[test]
    fn the_moment_of_the_mock_in_words() {
        let mock = |frame: &mut Frame| {
            gathers(frame, 2, &[1, 2, 4], &[]);
            frame.nodes[0].health = Health::Crashed;
            frame.flights = vec![flight(1, 3, 2)];
        };
        let caption = said(&[3, 2, 1, 1, 1], 5, mock, Lang::En);
        assert_eq!(
            caption.text,
            "S3 has a yes from weight 4 and needs 5 to elect a leader in term 3. The yes on its way from S4 will make it."
        );
        assert_eq!(caption.small, "yes: S2, S3 and S5 · no answer yet: S1");
        let caption = said(&[3, 2, 1, 1, 1], 5, mock, Lang::Zh);
        assert_eq!(
            caption.text,
            "S3 已获得权重 4 的赞成，还差 1（任期 3，选举领导者）。S4 的赞成票到达后即可达到。"
        );
    }

    #[test]
    fn what_is_stuck_is_told_from_the_moment_its_time_was_up() {
        let mut run = crate::scenario::find("vote/blocked").expect("a scenario of the gallery").run();
        while run.advance(10_000) == crate::sim::Progress::Running {}
        let at = run.stuck()[0].at;
        let mut frame = Frame::default();
        let mut told = |at| {
            run.seek(crate::sim::Moment::Time(at));
            run.frame(&mut frame);
            caption(&frame, &*run, Told::Watching, Lang::En)
        };
        let before = told(crate::model::Time(at.0 - 1));
        assert_eq!((before.mood, before.alert), (Mood::Telling, None));
        let then = told(at);
        assert!(then.text.ends_with("does not know the outcome: S1 is down."), "{}", then.text);
        assert_eq!(then.alert.as_deref(), Some("No doubt for long is stuck since 955 ms"));
    }

    #[test]
    fn a_clock_that_jumps_is_told() {
        let mut run = crate::scenario::find("majority-lock/clock-jump").expect("it is in the gallery").run();
        while run.advance(10_000) == crate::sim::Progress::Running {}
        let mut frame = Frame::default();
        run.seek(crate::sim::Moment::Time(crate::model::Time::ms(150)));
        run.frame(&mut frame);
        let told = |lang| caption(&frame, &*run, Told::Watching, lang).text;
        assert_eq!(
            told(Lang::En),
            "The clock of S3 jumps 500 ms ahead: leases and timers end before their time."
        );
        assert_eq!(told(Lang::Zh), "S3 的时钟向前跳了 500 ms：租约与定时器提前到期。");
        let one = NodeSet::only(NodeId(1));
        assert_eq!(
            jump(one, -7, true, Lang::En),
            "The clock of S2 jumps 7 ms back: leases and timers last longer."
        );
        assert_eq!(jump(one, -7, false, Lang::Zh), "S2 的时钟恢复正常。");
    }

    #[test]
    fn what_cannot_be_is_said() {
        let alone = |frame: &mut Frame| {
            gathers(frame, 0, &[0], &[1]);
            frame.nodes[2].health = Health::Crashed;
        };
        let caption = said(&[1, 1, 1], 2, alone, Lang::En);
        assert!(
            caption.text.ends_with("It can reach no more than 1 now: some refuse, are down, or are cut off.")
        );
        let caption = said(&[1, 1, 1], 4, alone, Lang::En);
        assert!(caption.text.ends_with("All nodes together are worth 3: nobody ever can."));
    }

    #[test]
    fn who_seeks_comes_before_who_leads() {
        let rule = Rule::majority(5, 1);
        let mut frame = frame(&[1; 5]);
        gathers(&mut frame, 0, &[0], &[]);
        frame.nodes[0].role = 2;
        gathers(&mut frame, 3, &[3], &[]);
        assert_eq!(gathering(&frame, &SPEC, &rule).unwrap().gatherer, NodeId(3));
        gathers(&mut frame, 3, &[1, 2, 3], &[]);
        assert_eq!(gathering(&frame, &SPEC, &rule).unwrap().gatherer, NodeId(0), "what is won is not open");
    }
}
