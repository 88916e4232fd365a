//! Calling the server: who is signed in, and an access token that is always good.
//!
//! The access token lives in memory only. The refresh cookie, which scripts cannot read, brings a new one:
//! on load, a while before the old one ends, and after a refusal. One tab at a time does it (a Web Lock),
//! since each refresh changes the cookie for all tabs.

use std::{sync::Arc, time::Duration};

use deskwarden_client::{Client, ClientError, Letter, Options, Reply};
use deskwarden_types::{Endpoint, ErrorCode, NoArgs, NoBody, Permission, TenantId, Timestamp, api::*};
use futures_util::{Stream, future::LocalBoxFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser,
    clock::Clock,
    format,
    router::{HOME, MY_PAGE},
};

/// How long before its end a token is replaced, in seconds.
const EARLY: i64 = 60;
const LOCK: &str = "deskwarden.refresh";
/// Kept while somebody is signed in in this browser, so that others are not asked about a cookie they don't have.
const HINT: &str = "deskwarden.signed-in";

/// Who is signed in.
#[derive(Debug, Clone, PartialEq)]
pub enum SignedInAs {
    /// The server has not answered yet.
    Asking,
    /// The server cannot be asked.
    Unreachable(String),
    /// Nobody.
    Nobody,
    /// This person.
    Person(Arc<Me>),
}

impl SignedInAs {
    /// Who, if it is known.
    pub fn person(&self) -> Option<&Arc<Me>> {
        match self {
            Self::Person(me) => Some(me),
            _ => None,
        }
    }

    /// The tenant of whoever is signed in.
    pub fn tenant(&self) -> Option<TenantId> {
        self.person().map(|me| me.tenant.id)
    }
}

/// The server, as the signed-in person may use it.
#[derive(Clone, Copy)]
pub struct Api {
    /// Who is signed in.
    pub who: RwSignal<SignedInAs>,
    /// With the access token.
    client: StoredValue<Client>,
    /// Without it, for signing in.
    bare: StoredValue<Client>,
    expires_at: StoredValue<Timestamp>,
    /// Whether somebody signed out in this tab.
    pub left: StoredValue<bool>,
    clock: Clock,
}

/// The server, from the context.
pub fn use_api() -> Api {
    expect_context::<Api>()
}

impl Api {
    /// Provides the server to what is below and asks quietly who is signed in.
    pub fn provide(clock: Clock) -> Self {
        let base = browser::api_base();
        let client = || Client::with(&base, options(&base));
        let api = Self {
            who: RwSignal::new(SignedInAs::Asking),
            client: StoredValue::new(client()),
            bare: StoredValue::new(client()),
            expires_at: StoredValue::new(Timestamp::MIN),
            left: StoredValue::new(false),
            clock,
        };
        provide_context(api);
        if browser::can_remember() && browser::remembered(HINT).is_none() {
            api.who.set(SignedInAs::Nobody);
        } else {
            spawn_local(api.ask_who());
        }
        api
    }

    /// Asks who is signed in, until the server can be reached.
    async fn ask_who(self) {
        let mut pause = 1;
        while let Err(error) = self.refresh(None).await {
            if self.who.get_untracked() == SignedInAs::Nobody {
                return;
            }
            self.who.set(SignedInAs::Unreachable(error.to_string()));
            browser::sleep(Duration::from_secs(pause)).await;
            pause = (pause * 2).min(15);
        }
    }

    /// Who is signed in, if anybody is.
    pub fn me(self) -> Option<Arc<Me>> {
        self.who.with(|who| who.person().cloned())
    }

    /// Whether the signed-in person has this permission; only to leave out what would be refused.
    pub fn may(self, permission: Permission) -> bool {
        self.me().is_some_and(|me| me.permissions.contains(&permission))
    }

    /// Where the signed-in person begins: members with what is theirs, others with the list.
    pub fn home(self) -> &'static str {
        if self.may(Permission::ReadSessions) { HOME } else { MY_PAGE }
    }

    /// Calls an endpoint with a good token; a refused token is replaced once.
    pub fn call<E: Endpoint>(
        self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
    ) -> impl Future<Output = Result<E::Answer, ClientError>> {
        self.call_with_key::<E>(path, query, body, None)
    }

    /// Calls an endpoint that needs nothing.
    pub fn get<E>(self) -> impl Future<Output = Result<E::Answer, ClientError>>
    where
        E: Endpoint<Path = NoArgs, Query = NoArgs, Body = NoBody>,
    {
        self.call::<E>(NoArgs {}, NoArgs {}, NoBody {})
    }

    /// The same, with the answer left unread.
    pub async fn reply<E>(self) -> Result<Reply, ClientError>
    where
        E: Endpoint<Path = NoArgs, Query = NoArgs, Body = NoBody>,
    {
        let letter = self.client.with_value(|client| client.prepare::<E>(NoArgs {}, NoArgs {}, NoBody {}).letter());
        self.deliver(letter).await
    }

    /// Calls an endpoint under a key with which it acts once, however often it is sent.
    pub fn call_with_key<E: Endpoint>(
        self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
        key: Option<String>,
    ) -> impl Future<Output = Result<E::Answer, ClientError>> {
        let letter = self.client.with_value(|client| {
            let call = client.prepare::<E>(path, query, body);
            match key {
                Some(key) => call.idempotency_key(key),
                None => call,
            }
            .letter()
        });
        let reply = self.deliver(letter);
        async move { reply.await?.read::<E>() }
    }

    /// Sends with a good token. The same code for all endpoints, which keeps the program small.
    fn deliver(self, letter: Result<Letter, ClientError>) -> LocalBoxFuture<'static, Result<Reply, ClientError>> {
        Box::pin(async move {
            let letter = letter?;
            self.renew_if_old().await?;
            let client = self.client.get_value();
            let used = client.token();
            match client.deliver(&letter).await {
                Err(error) if is_refused_token(&error) => {
                    self.refresh(used).await?;
                    client.deliver(&letter).await
                }
                done => done,
            }
        })
    }

    /// Opens a stream with a good token.
    pub async fn stream<E: Endpoint>(
        self,
        path: E::Path,
        query: E::Query,
        last_event_id: Option<String>,
    ) -> Result<impl Stream<Item = Result<E::Answer, ClientError>> + Unpin + use<E>, ClientError> {
        self.renew_if_old().await?;
        Ok(self.client.get_value().stream::<E>(path, query, last_event_id))
    }

    /// Replaces the token after a stream was refused with it.
    pub async fn renew(self) -> Result<(), ClientError> {
        self.refresh(self.client.get_value().token()).await
    }

    async fn renew_if_old(self) -> Result<(), ClientError> {
        let token = self.client.get_value().token();
        let left = self.expires_at.get_value().millis() - self.clock.now_once().millis();
        if token.is_some() && left < 5_000 { self.refresh(token).await } else { Ok(()) }
    }

    /// Brings a new token in place of `old`; whoever waited for another refresh of this tab takes its token.
    async fn refresh(self, old: Option<String>) -> Result<(), ClientError> {
        let work = async move {
            let token = self.client.get_value().token();
            if token.is_some() && token != old {
                return Ok(());
            }
            let answer = self.bare.get_value().get::<Refresh>().await;
            match answer {
                Ok(signed_in) => self.take(signed_in),
                Err(error) => {
                    // Only a refusal ends it: a server that is away for a moment signs nobody out.
                    if error.problem().is_some_and(|p| p.status == 401 || p.status == 403) {
                        self.forget();
                    }
                    return Err(error);
                }
            }
            Ok(())
        };
        let result = browser::with_lock(LOCK, work).await;
        result.unwrap_or_else(|| Err(ClientError::Transport("the browser stopped it".to_owned())))
    }

    /// Takes over what signing in or refreshing brought, and sees to the next refresh.
    fn take(self, signed_in: SignedIn) {
        let SignedIn { access_token, expires_at, me } = signed_in;
        browser::remember(HINT, Some("1"));
        self.clock.set_by_token(&access_token);
        format::set_zone(&me.tenant.time_zone);
        self.client.get_value().set_token(Some(access_token.clone()));
        self.expires_at.set_value(expires_at);
        let me = SignedInAs::Person(Arc::new(me));
        if self.who.get_untracked() != me {
            self.who.set(me);
        }
        let wait = (expires_at.seconds_since(self.clock.now_once()) - EARLY).max(10);
        let again = move || {
            spawn_local(async move {
                if self.client.get_value().token().as_deref() == Some(access_token.as_str()) {
                    // A failure is no news yet: the next call finds out and says so.
                    let _ = self.refresh(Some(access_token)).await;
                }
            });
        };
        set_timeout(again, Duration::from_secs(u64::try_from(wait).unwrap_or(10)));
    }

    fn forget(self) {
        browser::remember(HINT, None);
        self.client.get_value().set_token(None);
        self.who.set(SignedInAs::Nobody);
    }

    /// Signs in.
    pub async fn sign_in(self, body: SignIn) -> Result<(), ClientError> {
        self.take(self.bare.get_value().send::<SignInNow>(body).await?);
        self.left.set_value(false);
        Ok(())
    }

    /// Says whom a one-time link is for.
    pub async fn check_set_up(self, link: String) -> Result<SetUpFor, ClientError> {
        self.bare.get_value().send::<CheckSetUpLink>(CheckSetUp { link }).await
    }

    /// Sets a password by a one-time link and signs in.
    pub async fn set_up(self, body: SetUp) -> Result<(), ClientError> {
        self.take(self.bare.get_value().send::<FinishSetUp>(body).await?);
        Ok(())
    }

    /// Signs out, here and in the other tabs.
    pub async fn sign_out(self) -> Result<(), ClientError> {
        let bare = self.bare.get_value();
        let work = async move { bare.get::<SignOut>().await };
        let answer = browser::with_lock(LOCK, work).await;
        answer.unwrap_or_else(|| Err(ClientError::Transport("the browser stopped it".to_owned())))?;
        self.left.set_value(true);
        self.forget();
        Ok(())
    }
}

/// At another origin the refresh cookie goes along.
#[cfg(target_arch = "wasm32")]
fn options(base: &str) -> Options {
    Options { other_origin: !base.is_empty() }
}

/// Only so that the console can be checked natively too.
#[cfg(not(target_arch = "wasm32"))]
fn options(_base: &str) -> Options {
    Options::default()
}

/// Whether a new token may help.
pub fn is_refused_token(error: &ClientError) -> bool {
    matches!(error.code(), Some(ErrorCode::NotSignedIn | ErrorCode::TokenExpired | ErrorCode::TokenRevoked))
}
