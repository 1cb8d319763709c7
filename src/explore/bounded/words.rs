//! Choices and states in words.

use super::choice::{Kind, READS, unpack};
use super::replicas::Replicas;
use crate::explore::system::Action;
use crate::model::{Arg, ArgKind, Lang, NodeId, Text, fill, shown};
use std::fmt::Write as _;

/// A choice.
pub(super) fn action(replicas: &dyn Replicas, action: Action, lang: Lang) -> String {
    let (kind, node, which) = unpack(action);
    let spec = replicas.spec();
    let me = NodeId::at(node);
    let message = |en: &'static str, zh: &'static str| {
        let (from, to, brief) = replicas.envelope(which);
        let word = &spec.messages[usize::from(brief.code)];
        let mut facts = String::new();
        for (place, (name, kind)) in word.args.iter().enumerate() {
            let _ = write!(facts, " {name}=");
            shown(&mut facts, Arg::Packed(*kind, brief.args[place]), lang);
        }
        let what = format!("{from} → {to} {}{facts}", word.name);
        Text::new(en, zh).get(lang).replace("{what}", &what)
    };
    let at_node = |en: &'static str, zh: &'static str| {
        let mut out = String::new();
        let timer = spec.timers.get(which as usize).map_or("", |timer| timer.label.get(lang));
        fill(&mut out, Text::new(en, zh).get(lang), lang, |name| {
            (name == "me").then(|| Arg::Packed(ArgKind::Node, me.0.into()))
        });
        out.replace("{timer}", timer)
    };
    match kind {
        Kind::Deliver => message("{what} arrives", "{what} 到达"),
        Kind::Lose => message("{what} is lost", "{what} 丢失"),
        Kind::Duplicate => message("{what} is doubled", "{what} 被重复"),
        Kind::Timeout => at_node("{me}: {timer} runs out", "{me}：{timer} 超时"),
        Kind::Crash => at_node("{me} crashes", "{me} 崩溃"),
        Kind::Restart => at_node("{me} starts again", "{me} 重新启动"),
        Kind::Request if which == READS => at_node("a client reads at {me}", "客户端在 {me} 读取"),
        Kind::Request => at_node("a client asks {me}", "客户端请求 {me}"),
    }
}

/// A state: each node's role and epoch, and how much is in flight.
pub(super) fn state(replicas: &dyn Replicas, machines: &[u32], flying: usize, lang: Lang) -> String {
    let spec = replicas.spec();
    let mut out = String::new();
    for (node, machine) in machines.iter().enumerate() {
        let seen = replicas.inspect(*machine);
        let role = match spec.roles.get(usize::from(seen.role)) {
            _ if !replicas.is_up(*machine) => Text::new("down", "已停机").get(lang),
            Some(role) => role.name.get(lang),
            None => "",
        };
        let _ = write!(out, "{}{} {role} ", if node == 0 { "" } else { ", " }, NodeId::at(node));
        shown(&mut out, Arg::Packed(spec.epoch.kind, seen.epoch), lang);
    }
    let _ = match lang {
        Lang::En => write!(out, "; {flying} in flight"),
        Lang::Zh => write!(out, "；{flying} 条消息在途"),
    };
    out
}
