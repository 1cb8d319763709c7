//! What is wrong with a history, in a sentence.

use super::{Answer, Call, Datum, Doing, Failure, Model};
use crate::model::Lang;

/// What people call the things that a history has numbers for.
pub trait Names {
    /// A process: `P3`, `c1`.
    fn process(&self, process: u32) -> String;
    /// A key; `None` where there is only one and it has no name.
    fn key(&self, key: u32) -> Option<String>;
    /// A value.
    fn value(&self, value: Datum) -> String;
    /// From when to when an operation lasted, to stand in brackets: `lines 3–5`, `640–655 ms`.
    fn span(&self, place: u32, lang: Lang) -> String;
}

/// What somebody did and was told, without who: `read 3`, 读到 3.
#[must_use]
pub fn deed(call: &Call, model: Model, names: &dyn Names, lang: Lang) -> String {
    let value = |value| names.value(value);
    let told = call.returned.map(|(_, answer)| answer);
    let english = lang == Lang::En;
    let text = |en: String, zh: String| if english { en } else { zh };
    match (call.doing, told) {
        (Doing::Read, Some(Answer::Value(found))) => {
            let found = value(found);
            text(format!("read {found}"), format!("读到 {found}"))
        }
        (Doing::Read, _) => text("read".into(), "读取".into()),
        (Doing::Write(own), Some(Answer::Value(other))) => {
            let (own, other) = (value(own), value(other));
            text(
                format!("proposed {own} and was told that {other} is decided"),
                format!("提议 {own}，得知已决定 {other}"),
            )
        }
        (Doing::Write(own), Some(Answer::Done)) if model == Model::Once => {
            let own = value(own);
            text(format!("had {own} decided"), format!("使 {own} 成为决定"))
        }
        (Doing::Write(own), Some(Answer::Done)) => {
            let own = value(own);
            text(format!("wrote {own}"), format!("写入 {own}"))
        }
        (Doing::Write(own), _) => {
            let own = value(own);
            text(format!("tried to write {own}"), format!("试图写入 {own}"))
        }
        (Doing::Cas { expect, value: new }, told) => {
            let (expect, new) = (value(expect), value(new));
            match told {
                Some(Answer::Done | Answer::Value(_) | Answer::Names(_)) => {
                    text(format!("changed {expect} to {new}"), format!("将 {expect} 改为 {new}"))
                }
                Some(Answer::Differs | Answer::Late) => text(
                    format!("could not change {expect} to {new}, as another value was there"),
                    format!("未能将 {expect} 改为 {new}（当前为其他值）"),
                ),
                None => {
                    text(format!("tried to change {expect} to {new}"), format!("试图将 {expect} 改为 {new}"))
                }
            }
        }
        (Doing::Append(more), _) => {
            let more = value(more);
            text(format!("appended {more}"), format!("追加 {more}"))
        }
        (Doing::Enqueue(new), _) => {
            let new = value(new);
            text(format!("put {new} into the queue"), format!("将 {new} 入队"))
        }
        (Doing::Dequeue, Some(Answer::Value(Datum::NIL))) => {
            text("found the queue empty".into(), "发现队列为空".into())
        }
        (Doing::Dequeue, Some(Answer::Value(first))) => {
            let first = value(first);
            text(format!("took {first} from the queue"), format!("从队列取出 {first}"))
        }
        (Doing::Dequeue, _) => text("took from the queue".into(), "从队列取出一个值".into()),
        (Doing::Acquire, Some(Answer::Differs | Answer::Late)) => {
            text("found the lock held".into(), "发现锁被占用".into())
        }
        (Doing::Acquire, _) => text("took the lock".into(), "获得锁".into()),
        (Doing::Release | Doing::Return(_), Some(Answer::Differs | Answer::Late)) => {
            text("was told that the lock is not its own".into(), "得知自己并不持有锁".into())
        }
        (Doing::Release | Doing::Return(_), _) => text("gave the lock back".into(), "释放锁".into()),
        (Doing::Both { value: new, .. }, _) => {
            let new = value(new);
            text(format!("wrote {new} to two registers"), format!("向两个寄存器写入 {new}"))
        }
        (Doing::Tree(op), _) => op.to_string(),
    }
}

/// Operations shown by name in a sentence; of more there is the number.
const SHOWN: usize = 6;

impl Failure {
    /// Why there is no order, with the values.
    #[must_use]
    pub fn sentence(&self, calls: &[Call], model: Model, names: &dyn Names, lang: Lang) -> String {
        let whole = |place: u32| {
            let Some(call) = calls.get(place as usize) else { return String::new() };
            let (who, what, when) =
                (names.process(call.process), deed(call, model, names, lang), names.span(place, lang));
            match lang {
                Lang::En => format!("{who} {what} ({when})"),
                Lang::Zh => format!("{who} {what}（{when}）"),
            }
        };
        let key = names.key(self.key);
        let mut out = match (lang, key) {
            (Lang::En, Some(key)) => format!("On {key}, "),
            (Lang::Zh, Some(key)) => format!("在 {key} 上，"),
            (Lang::En | Lang::Zh, None) => String::new(),
        };
        out += &whole(self.stuck);
        if !self.is_exact {
            out += match lang {
                Lang::En => {
                    ": no order of all operations was found that goes past about here, and there is none for \
                     all; the exact place was not found within the budget."
                }
                Lang::Zh => {
                    "：不存在能解释全部操作的顺序，已找到的顺序均止于此处附近；预算内未能确定确切位置。"
                }
            };
            return out;
        }
        let others: Vec<u32> = self.unordered.iter().copied().filter(|place| *place != self.stuck).collect();
        if others.is_empty() {
            out += match lang {
                Lang::En => ", and nothing that had been called by then can lead to that answer.",
                Lang::Zh => "，而此前发起的任何操作都不可能导致这一结果。",
            };
            return out;
        }
        out += match lang {
            Lang::En => ", which no order of the operations explains, given that ",
            Lang::Zh => "，没有任何操作顺序能解释这一结果，因为 ",
        };
        let more = others.len().saturating_sub(SHOWN);
        let mut parts: Vec<String> = others[more..].iter().map(|place| whole(*place)).collect();
        if more > 0 {
            let rest = match lang {
                Lang::En => format!("{more} more operations returned before"),
                Lang::Zh => format!("{more} 个更早的操作已返回"),
            };
            parts.insert(0, rest);
        }
        let last = parts.pop().unwrap_or_default();
        if !parts.is_empty() {
            out += &parts.join(if lang == Lang::En { ", " } else { "，" });
            out += if lang == Lang::En { " and " } else { "，且 " };
        }
        out += &last;
        out += if lang == Lang::En { "." } else { "。" };
        out
    }
}
