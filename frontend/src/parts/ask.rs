//! Asking before something is taken away.

use std::future::Future;

use deskwarden_client::ClientError;
use leptos::prelude::*;

use super::{ButtonKind, Dialog, DialogForm, Form};
use crate::notices::{Notices, use_notices};

/// What a dialog asks, and what it does.
#[derive(Clone)]
struct Question {
    title: String,
    how: &'static str,
    verb: &'static str,
    act: Callback<Form>,
}

/// What a page asks; one question at a time.
#[derive(Clone, Copy)]
pub struct Asks {
    question: RwSignal<Option<Question>>,
    notices: Notices,
}

impl Asks {
    /// Nothing is asked yet.
    pub fn new() -> Self {
        Self { question: RwSignal::new(None), notices: use_notices() }
    }

    /// Asks whether to make a call: its title, what will happen, and the button. When the server has done it, `told` is
    /// told and `after` comes.
    pub fn ask<W, T: 'static>(
        self,
        (title, how, verb): (String, &'static str, &'static str),
        told: String,
        after: Callback<()>,
        call: impl Fn() -> W + Send + Sync + 'static,
    ) where
        W: Future<Output = Result<T, ClientError>> + 'static,
    {
        let act = Callback::new(move |form: Form| {
            let told = told.clone();
            form.send(
                Ok(()),
                |()| call(),
                move |_| {
                    self.question.set(None);
                    self.notices.success(told, None, None);
                    after.run(());
                },
            );
        });
        self.question.set(Some(Question { title, how, verb, act }));
    }

    /// Where the question appears.
    pub fn layer(self) -> AnyView {
        let close = move || self.question.set(None);
        view! {
            {move || self.question.get().map(|question| {
                let form = Form::new(&[]);
                let Question { title, how, verb, act } = question;
                view! {
                    <Dialog title=title on_close=close>
                        <DialogForm form=form verb=verb kind=ButtonKind::Danger on_submit=move || act.run(form) on_close=close>
                            <p>{how}</p>
                        </DialogForm>
                    </Dialog>
                }
            })}
        }
        .into_any()
    }
}
