//! People who use the API.

use std::ops::Deref;

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    NoArgs, NoBody, Reason, Role, SessionId, SessionPath, UserId, Verb,
    api::{
        ActOnSession, Command, FinishSetUp, ListSessions, NewCommand, SessionDetail, SessionList, SessionQuery, SetUp,
        ShowSession, SignIn, SignInNow, SignedIn,
    },
};

/// Everybody's password.
pub const PASSWORD: &str = "a long enough password";

/// A signed-in person; calls like the [`Client`] in it.
#[derive(Clone)]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// The account's name.
    pub username: String,
    /// The email.
    pub email: String,
    /// The role.
    pub role: Role,
    client: Client,
}

impl Person {
    /// Sets the password by a one-time link, which signs in.
    pub(crate) async fn set_up(url: &str, link: &str, id: UserId, username: &str, role: Role) -> Self {
        let client = Client::new(url);
        let email = format!("{username}@example.org").to_lowercase();
        let set_up = SetUp {
            link: link.to_owned(),
            email: email.clone(),
            display_name: format!("{username} Example"),
            password: PASSWORD.parse().expect("the tests' password is good"),
        };
        let signed_in = client.send::<FinishSetUp>(set_up).await;
        let signed_in = signed_in.unwrap_or_else(|error| panic!("{username} cannot set a password: {error:?}"));
        client.set_token(Some(signed_in.access_token));
        Self { id, username: username.to_owned(), email, role, client }
    }

    /// Signs in once more, as from another browser.
    pub async fn sign_in_again(&self) -> Self {
        let client = Client::new(self.client.base_url());
        let signed_in: SignedIn = client
            .send::<SignInNow>(SignIn { email: self.email.clone(), password: PASSWORD.to_owned() })
            .await
            .expect("signing in again");
        client.set_token(Some(signed_in.access_token));
        Self { client, ..self.clone() }
    }

    /// The client, for things that keep it.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// One session.
    pub async fn show(&self, id: SessionId) -> Result<SessionDetail, ClientError> {
        self.client.call::<ShowSession>(SessionPath { id }, NoArgs {}, NoBody {}).await
    }

    /// A page of sessions.
    pub async fn list(&self, query: SessionQuery) -> Result<SessionList, ClientError> {
        self.client.call::<ListSessions>(NoArgs {}, query, NoBody {}).await
    }

    /// Uses a verb on a session, with a reason.
    pub async fn act(&self, id: SessionId, verb: Verb) -> Result<Command, ClientError> {
        let reason: Option<Reason> = "the test wants it".parse().ok();
        self.ask(id, NewCommand { verb, reason, message: None, hold_minutes: None }).await
    }

    /// Uses a verb on a session, exactly so.
    pub async fn ask(&self, id: SessionId, command: NewCommand) -> Result<Command, ClientError> {
        self.client.call::<ActOnSession>(SessionPath { id }, NoArgs {}, command).await
    }
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
