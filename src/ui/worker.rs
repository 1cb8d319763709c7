//! Long work beside the page: a web worker that runs this same wasm.
//!
//! The page hands its own compiled module over, so that nothing is fetched or compiled twice, and the
//! order. What comes back are reports, a few a second. There is nothing to agree on for an end: the
//! page ends the worker, which is instant and frees its memory, whatever it is in the middle of.

use js_sys::{Object, Reflect};
use quorate::task::{Order, Said, Task};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker computes this long at a stretch.
const SLICE_MS: f64 = 40.0;
/// Reports are no closer together than this.
const REPORT_MS: f64 = 120.0;

#[wasm_bindgen]
extern "C" {
    /// Where this script came from: the worker's script stands beside it, wherever the page is.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static SCRIPT: String;
}

/// What a page hears of its worker.
pub(crate) enum Heard {
    /// How far it is; the last one says so.
    Said(Box<Said>),
    /// It did not start, or broke down.
    Failed,
}

/// A worker at its work; dropping it ends it.
pub(crate) struct Job {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
}

impl Job {
    /// Has a worker carry out an order. `None`: the browser allows no worker here.
    pub(crate) fn start(order: &Order, heard: impl Fn(Heard) + 'static) -> Option<Self> {
        let script = SCRIPT.with(String::clone);
        let address = web_sys::Url::new_with_base("worker.js", &script).ok()?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&address.href(), &options).ok()?;
        let heard = Rc::new(heard);
        let failed = Rc::clone(&heard);
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data().as_string().and_then(|text| Said::from_text(&text));
            heard(said.map_or(Heard::Failed, |said| Heard::Said(Box::new(said))));
        });
        let failed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // It has been dealt with: the page itself is well.
            event.prevent_default();
            failed(Heard::Failed);
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let message = Object::new();
        let parts: [(&str, JsValue); 3] =
            [("script", script.into()), ("wasm", wasm_bindgen::module()), ("order", order.to_text().into())];
        for (name, value) in parts {
            Reflect::set(&message, &name.into(), &value).ok()?;
        }
        // Dropped here where the message cannot be sent, which ends the worker.
        let job = Self { worker, _heard: heard, _failed: failed };
        job.worker.post_message(&message).ok()?;
        Some(job)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The other end: the worker's whole life.
struct Working {
    scope: DedicatedWorkerGlobalScope,
    task: Task,
    began: f64,
    reported: f64,
    again: Option<js_sys::Function>,
}

/// What `main` does where there is no window: carries out the order that `worker.js` has left.
pub(crate) fn run() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let order = Reflect::get(&scope, &"order".into()).ok().and_then(|order| order.as_string());
    let Some(order) = order.and_then(|text| Order::from_text(&text)) else {
        let _ = scope.post_message(&JsValue::NULL);
        return;
    };
    let working = Rc::new(RefCell::new(Working {
        scope,
        task: Task::new(&order),
        began: 0.0,
        reported: 0.0,
        again: None,
    }));
    let turn = {
        let working = Rc::clone(&working);
        Closure::<dyn FnMut()>::new(move || working.borrow_mut().turn())
    };
    working.borrow_mut().again = Some(turn.into_js_value().unchecked_into());
    working.borrow_mut().turn();
}

impl Working {
    /// Computes for a while, reports if it is time, and goes on in a task of its own.
    fn turn(&mut self) {
        let start = self.now_ms();
        if self.began == 0.0 {
            self.began = start;
        }
        let mut goes_on = true;
        while goes_on && self.now_ms() - start < SLICE_MS {
            goes_on = self.task.advance();
        }
        let now = self.now_ms();
        if !goes_on || now - self.reported >= REPORT_MS {
            self.reported = now;
            let said = Said { report: self.task.report(), goes_on, ms: (now - self.began) as u32 };
            let _ = self.scope.post_message(&said.to_text().into());
        }
        if let (true, Some(again)) = (goes_on, &self.again) {
            let _ = self.scope.set_timeout_with_callback(again);
        }
    }

    fn now_ms(&self) -> f64 {
        self.scope.performance().map_or(0.0, |clock| clock.now())
    }
}
