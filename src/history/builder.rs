//! From events, one after the other, to calls.

use super::error::{BadHistory, quoted};
use super::{Format, History, OPERATIONS_MAX};
use crate::check::linear::{Answer, Call, Datum, Doing, Model, Object, Texts};

/// What an event says of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Invoke,
    /// It happened.
    Ok,
    /// It happened and changed nothing: another value was there, the lock was held.
    Differs,
    /// It did not happen.
    Fail,
    /// It may have happened.
    Info,
}

/// An operation's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Read,
    Write,
    Cas,
    Append,
    Enqueue,
    Dequeue,
    Acquire,
    Release,
}

impl Function {
    /// The name that it is written with here.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Cas => "cas",
            Self::Append => "append",
            Self::Enqueue => "enqueue",
            Self::Dequeue => "dequeue",
            Self::Acquire => "acquire",
            Self::Release => "release",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "read" | "get" => Self::Read,
            "write" | "put" | "set" | "propose" => Self::Write,
            "cas" => Self::Cas,
            "append" => Self::Append,
            "enqueue" => Self::Enqueue,
            "dequeue" => Self::Dequeue,
            "acquire" | "lock" => Self::Acquire,
            "release" | "unlock" => Self::Release,
            _ => return None,
        })
    }
}

/// What stands as a value in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Nothing,
    One(String),
    /// What a compare-and-set expects and sets.
    Two(Option<String>, Option<String>),
}

/// One event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) line: u32,
    pub(super) process: String,
    pub(super) kind: Type,
    pub(super) function: Function,
    pub(super) key: Option<String>,
    pub(super) given: Given,
}

/// A call, where it stands, and how it ended.
struct Draft {
    call: Call,
    function: Function,
    lines: (u32, Option<u32>),
    /// It did not happen.
    void: bool,
}

/// A return that has something else than its call.
fn not_the_same(line: u32, called: u32, function: Function) -> BadHistory {
    let name = function.name();
    BadHistory::at(
        line,
        format!("expected for {name} what it was called with on line {called}, found something else"),
        format!("{name} 返回的值应与第 {called} 行调用时相同"),
    )
}

/// Makes calls out of events.
pub(super) struct Builder {
    texts: Texts,
    processes: Texts,
    keys: Texts,
    drafts: Vec<Draft>,
    /// By process: which call is under way.
    open: Vec<Option<usize>>,
    /// Counts events: the time of the history.
    clock: u64,
    /// Whether an answer `nil` to a read says that it is not known.
    nil_is_unknown: bool,
    /// Whether operations have the names that those of maps have.
    is_map: bool,
}

impl Builder {
    pub(super) fn new(nil_is_unknown: bool) -> Self {
        Self {
            texts: Texts::default(),
            processes: Texts::default(),
            keys: Texts::default(),
            drafts: Vec::new(),
            open: Vec::new(),
            clock: 0,
            nil_is_unknown,
            is_map: false,
        }
    }

    /// The operation of that name.
    pub(super) fn function(&mut self, line: u32, name: &str) -> Result<Function, BadHistory> {
        self.is_map |= matches!(name, "get" | "put" | "append");
        Function::named(name).ok_or_else(|| {
            let found = quoted(name);
            BadHistory::at(
                line,
                format!("expected an operation such as read, write or cas, found {found}"),
                format!("应为 read、write、cas 等操作，而不是 {found}"),
            )
        })
    }

    fn datum(&mut self, text: &str) -> Datum {
        Datum(self.texts.number(text))
    }

    fn maybe(&mut self, text: Option<&str>) -> Datum {
        text.map_or(Datum::NIL, |text| self.datum(text))
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: &Event) -> Result<(), BadHistory> {
        self.clock += 1;
        let process = self.processes.number(&event.process) as usize;
        if self.open.len() <= process {
            self.open.resize(process + 1, None);
        }
        if event.kind == Type::Invoke {
            return self.call(event, process);
        }
        let Some(place) = self.open[process].take() else {
            let who = quoted(&event.process);
            return Err(BadHistory::at(
                event.line,
                format!("expected a call of process {who} before its return"),
                format!("进程 {who} 在返回之前应先有调用"),
            ));
        };
        let told = self.told(event);
        let draft = &mut self.drafts[place];
        if draft.function != event.function {
            let (called, returned, line) = (draft.function.name(), event.function.name(), draft.lines.0);
            return Err(BadHistory::at(
                event.line,
                format!("expected the return of {called} (called on line {line}), found that of {returned}"),
                format!("应为 {called}（第 {line} 行调用）的返回，而不是 {returned} 的返回"),
            ));
        }
        if let Some(key) = &event.key
            && self.keys.get(draft.call.key) != Some(key.as_str())
        {
            let (line, found) = (draft.lines.0, quoted(key));
            let (en, zh) = match self.keys.get(draft.call.key).filter(|key| !key.is_empty()) {
                Some(key) => (format!("the key {}", quoted(key)), format!("键 {}", quoted(key))),
                None => ("no key".to_owned(), "无键".to_owned()),
            };
            return Err(BadHistory::at(
                event.line,
                format!("expected {en} as in the call on line {line}, found the key {found}"),
                format!("应与第 {line} 行的调用一致（{zh}），而不是键 {found}"),
            ));
        }
        if event.kind == Type::Differs {
            match event.function {
                Function::Cas | Function::Acquire | Function::Release => {}
                Function::Read
                | Function::Write
                | Function::Append
                | Function::Enqueue
                | Function::Dequeue => {
                    let name = event.function.name();
                    return Err(BadHistory::at(
                        event.line,
                        format!("expected ok, fail or info for {name}, found differs"),
                        format!("{name} 应为 ok、fail 或 info，而不是 differs"),
                    ));
                }
            }
        }
        if matches!(event.kind, Type::Ok | Type::Differs) {
            let of = |text: &Option<String>| {
                text.as_deref().map_or(Some(Datum::NIL), |text| self.texts.find(text).map(Datum))
            };
            let is_same = match (draft.call.doing, &event.given) {
                (_, Given::Nothing) => true,
                (Doing::Append(own) | Doing::Enqueue(own), Given::One(value)) => {
                    self.texts.get(own.0) == Some(value.as_str())
                }
                (Doing::Cas { expect, value }, Given::Two(old, new)) => {
                    (of(old), of(new)) == (Some(expect), Some(value))
                }
                (Doing::Append(_) | Doing::Enqueue(_), Given::Two(..))
                | (Doing::Cas { .. }, Given::One(_)) => false,
                // What these are told counts, or nothing does.
                (Doing::Read | Doing::Dequeue | Doing::Write(_) | Doing::Acquire | Doing::Release, _) => true,
                // No line makes these.
                (Doing::Return(_) | Doing::Both { .. } | Doing::Tree(_), _) => true,
            };
            if !is_same {
                return Err(not_the_same(event.line, draft.lines.0, event.function));
            }
        }
        draft.lines.1 = Some(event.line);
        match told {
            Some(Answer::Value(value)) if draft.call.doing == Doing::Write(value) => {
                draft.call.returned = Some((self.clock, Answer::Done));
            }
            Some(answer) => draft.call.returned = Some((self.clock, answer)),
            None => draft.void = event.kind == Type::Fail,
        }
        Ok(())
    }

    fn call(&mut self, event: &Event, process: usize) -> Result<(), BadHistory> {
        if let Some(place) = self.open[process] {
            let (who, since) = (quoted(&event.process), self.drafts[place].lines.0);
            return Err(BadHistory::at(
                event.line,
                format!("expected the return of process {who}'s call of line {since} before its next call"),
                format!("进程 {who} 在第 {since} 行的调用返回之前不应再次调用"),
            ));
        }
        if self.drafts.len() == OPERATIONS_MAX {
            return Err(BadHistory::at(
                event.line,
                format!("a history has at most {OPERATIONS_MAX} operations, and this one goes on"),
                format!("历史最多包含 {OPERATIONS_MAX} 个操作，而此文件还有更多"),
            ));
        }
        let doing = match (event.function, &event.given) {
            (Function::Read, _) => Doing::Read,
            (Function::Dequeue, _) => Doing::Dequeue,
            (Function::Acquire, _) => Doing::Acquire,
            (Function::Release, _) => Doing::Release,
            (Function::Cas, Given::Two(expect, value)) => {
                let expect = self.maybe(expect.as_deref());
                Doing::Cas { expect, value: self.maybe(value.as_deref()) }
            }
            (Function::Write, Given::Nothing) => Doing::Write(Datum::NIL),
            (Function::Write, Given::One(value)) => Doing::Write(self.datum(value)),
            (Function::Append, Given::One(value)) => Doing::Append(self.datum(value)),
            (Function::Enqueue, Given::One(value)) => Doing::Enqueue(self.datum(value)),
            (Function::Write | Function::Append | Function::Enqueue | Function::Cas, _) => {
                let name = event.function.name();
                let (en, zh) = if event.function == Function::Cas {
                    ("two values", "两个值")
                } else {
                    ("one value", "一个值")
                };
                return Err(BadHistory::at(
                    event.line,
                    format!("expected {en} for {name}"),
                    format!("{name} 应带有{zh}"),
                ));
            }
        };
        let key = self.keys.number(event.key.as_deref().unwrap_or_default());
        let call = Call { process: process as u32, key, doing, called: self.clock, returned: None };
        self.open[process] = Some(self.drafts.len());
        let lines = (event.line, None);
        self.drafts.push(Draft { call, function: event.function, lines, void: false });
        Ok(())
    }

    /// What an operation that returned was told; `None` where it did not happen, or nobody knows.
    fn told(&mut self, event: &Event) -> Option<Answer> {
        match event.kind {
            Type::Invoke | Type::Fail | Type::Info => None,
            Type::Differs => Some(Answer::Differs),
            Type::Ok => Some(match (event.function, &event.given) {
                (Function::Read, Given::One(value)) => Answer::Value(self.datum(value)),
                (Function::Read, Given::Nothing | Given::Two(..)) if !self.nil_is_unknown => {
                    Answer::Value(Datum::NIL)
                }
                // A proposal may be told that another value was decided.
                (Function::Write, Given::One(value)) => Answer::Value(self.datum(value)),
                (Function::Dequeue, Given::One(value)) => Answer::Value(self.datum(value)),
                (Function::Dequeue, Given::Nothing | Given::Two(..)) => Answer::Value(Datum::NIL),
                (
                    Function::Read
                    | Function::Write
                    | Function::Cas
                    | Function::Append
                    | Function::Enqueue
                    | Function::Acquire
                    | Function::Release,
                    _,
                ) => Answer::Done,
            }),
        }
    }

    /// The history, as one of a model; of the one that its operations speak for, if none is named.
    pub(super) fn finish(
        self,
        format: Format,
        model: Option<Model>,
        initial: impl FnOnce(Model, &mut Texts) -> Datum,
    ) -> Result<History, BadHistory> {
        if self.drafts.is_empty() {
            let (en, zh) = format.expects();
            return Err(BadHistory::whole(
                format!("There is no operation in the file: expected {en}"),
                format!("文件中没有任何操作：应为{zh}"),
            ));
        }
        let model = model.unwrap_or_else(|| self.model(format));
        if let Some(draft) = self.drafts.iter().find(|draft| !model.takes(draft.call.doing)) {
            let (name, function) = (model.name(), draft.function.name());
            return Err(BadHistory::at(
                draft.lines.0,
                format!("expected an operation of the model {name}, found {function}"),
                format!("应为模型 {name} 的操作，而不是 {function}"),
            ));
        }
        let lost = |draft: &&Draft| {
            matches!((draft.call.doing, draft.call.returned), (Doing::Write(_), Some((_, Answer::Value(_)))))
        };
        if model != Model::Once
            && let Some(draft) = self.drafts.iter().find(lost)
            && let (called, Some(returned)) = draft.lines
        {
            return Err(not_the_same(returned, called, draft.function));
        }
        let mut texts = self.texts;
        let initial = initial(model, &mut texts);
        let (mut calls, mut lines) = (Vec::new(), Vec::new());
        for draft in self.drafts.into_iter().filter(|draft| !draft.void) {
            calls.push(draft.call);
            lines.push(draft.lines);
        }
        let object = Object::with(model, initial, texts);
        Ok(History { format, object, calls, lines, processes: self.processes, keys: self.keys })
    }

    fn model(&self, format: Format) -> Model {
        let has =
            |functions: &[Function]| self.drafts.iter().any(|draft| functions.contains(&draft.function));
        if self.is_map {
            Model::Kv
        } else if has(&[Function::Enqueue, Function::Dequeue]) {
            Model::Queue
        } else if has(&[Function::Acquire, Function::Release]) {
            if format == Format::Knossos { Model::Mutex } else { Model::Lock }
        } else if format == Format::Jsonl && self.keys.len() > 1 {
            Model::Kv
        } else if has(&[Function::Cas]) || format != Format::Jsonl {
            Model::CasRegister
        } else {
            Model::Register
        }
    }
}
