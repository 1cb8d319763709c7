//! A dialog of the browser's own: it traps the focus, and Escape closes it.

use super::dom::Listener;
use super::icons::{Icon, icon};
use super::words;
use quorate::model::Lang;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DialogProps {
    pub(crate) title: AttrValue,
    pub(crate) lang: Lang,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
    #[prop_or_default]
    pub(crate) wide: bool,
}

/// Open as long as it is rendered.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let (node, on_close) = (node.clone(), props.on_close.clone());
        use_effect_with((), move |()| {
            let dialog = node.cast::<web_sys::HtmlDialogElement>();
            let listeners = dialog.as_ref().map(|dialog| {
                let closed = on_close.clone();
                let outside = on_close.clone();
                let itself = dialog.clone();
                [
                    Listener::new(dialog, "close", move |_| closed.emit(())),
                    Listener::new(dialog, "click", move |event| {
                        // The backdrop is the dialog itself; its content is in a box within.
                        if event.target().as_ref() == Some(itself.as_ref()) {
                            outside.emit(());
                        }
                    }),
                ]
            });
            if let Some(dialog) = &dialog
                && !dialog.open()
            {
                let _ = dialog.show_modal();
            }
            move || {
                drop(listeners);
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let close = {
        let on_close = props.on_close.clone();
        Callback::from(move |_: MouseEvent| on_close.emit(()))
    };
    let label = words::CLOSE.get(props.lang);
    html! {
        <dialog ref={node} class={classes!("dialog", props.wide.then_some("wide"))} aria-label={props.title.clone()}>
            <div class="dialog-box">
                <div class="dialog-head">
                    <h2>{ props.title.clone() }</h2>
                    <button class="btn icon-only" type="button" aria-label={label} title={label} onclick={close}>{ icon(Icon::Close) }</button>
                </div>
                <div class="dialog-body">{ props.children.clone() }</div>
            </div>
        </dialog>
    }
}
