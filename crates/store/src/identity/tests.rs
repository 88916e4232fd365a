//! Secrets are good once, for their time, and for whom they were made.

use deskwarden_types::{ErrorCode, Role, Scope as TokenScope, TenantId, Timestamp, UserId};
use tempfile::TempDir;

use super::*;
use crate::{Actor, DatabaseUrl, Durability, Options, Store, StoreError, WriteScope, audit, tenants};

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn secret(number: u8) -> SecretHash {
    [number; 32]
}

fn account(name: &str) -> NewAccount {
    NewAccount {
        username: name.to_owned(),
        display_name: name.to_owned(),
        email: format!("{name}@example.org"),
        role: Role::Owner,
    }
}

struct Fixture {
    store: Store,
    tenant: TenantId,
    user: UserId,
    _folder: TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db").display().to_string());
    let store = Store::open(Options { url, durability: Durability::Normal, connections: 2 }).await.unwrap();
    let made = store.write_all(|conn| first_tenant(conn, "First", &account("ann"), NOW)).await.unwrap();
    let (tenant, user) = store.read_all(owner_without_password).await.unwrap().unwrap();
    assert_eq!(made, Some(tenant));
    Fixture { store, tenant, user, _folder: folder }
}

impl Fixture {
    async fn write<T: Send + 'static>(
        &self,
        now: Timestamp,
        work: impl Fn(&mut WriteScope<'_>) -> crate::Result<T> + Send + 'static,
    ) -> crate::Result<T> {
        self.store.write(self.tenant, now, work).await
    }

    async fn rotate(&self, old: u8, next: u8, now: Timestamp) -> Rotation {
        self.write(now, move |scope| rotate(scope, &secret(old), &secret(next), now.plus_seconds(1000))).await.unwrap()
    }

    async fn sign_in(&self, first: u8) -> i64 {
        let user = self.user;
        let ends = (NOW.plus_seconds(5000), NOW.plus_seconds(1000));
        self.write(NOW, move |scope| start_sign_in(scope, user, &secret(first), ends.0, ends.1)).await.unwrap()
    }

    async fn is_over(&self, sign_in: i64, now: Timestamp) -> bool {
        self.store.read_all(move |conn| signed_in_user(conn, sign_in, now)).await.unwrap().unwrap().over
    }
}

fn code(error: StoreError) -> ErrorCode {
    match error {
        StoreError::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_first_tenant_is_made_once() {
    let f = fixture().await;
    let again = f.store.write_all(|conn| first_tenant(conn, "Second", &account("bob"), NOW)).await.unwrap();
    assert_eq!(again, None);
    assert_eq!(f.store.read_all(tenants::all).await.unwrap().len(), 1);
    let user = f.user;
    f.write(NOW, move |scope| set_password(scope, user, "hash", "ann@example.org", "Ann")).await.unwrap();
    assert_eq!(f.store.read_all(owner_without_password).await.unwrap(), None);
    let check = f.store.read(f.tenant, NOW, audit::verify).await.unwrap();
    assert!(check.whole && check.entries == 2, "{check:?}");
}

#[tokio::test]
async fn tabs_may_race_for_ten_seconds() {
    let f = fixture().await;
    let sign_in = f.sign_in(1).await;
    assert!(matches!(f.rotate(1, 2, NOW).await, Rotation::Next { .. }));
    assert!(matches!(f.rotate(1, 3, NOW.plus_seconds(GRACE_SECONDS)).await, Rotation::Next { .. }));
    assert!(matches!(f.rotate(2, 4, NOW.plus_seconds(60)).await, Rotation::Next { .. }));
    assert!(matches!(f.rotate(3, 5, NOW.plus_seconds(60)).await, Rotation::Next { .. }));
    assert!(!f.is_over(sign_in, NOW.plus_seconds(60)).await);
}

#[tokio::test]
async fn a_token_used_again_later_ends_the_whole_sign_in() {
    let f = fixture().await;
    let (sign_in, other) = (f.sign_in(1).await, f.sign_in(9).await);
    assert!(matches!(f.rotate(1, 2, NOW).await, Rotation::Next { .. }));
    let later = NOW.plus_millis(GRACE_SECONDS * 1000 + 1);
    assert!(matches!(f.rotate(1, 3, later).await, Rotation::Reused));
    assert!(f.is_over(sign_in, later).await);
    assert!(matches!(f.rotate(2, 4, later).await, Rotation::NotGood), "the thief's token, or the victim's");
    assert!(!f.is_over(other, later).await, "another sign-in of the same user goes on");
}

#[tokio::test]
async fn a_refresh_token_ends_with_its_time() {
    let f = fixture().await;
    let sign_in = f.sign_in(1).await;
    assert!(matches!(f.rotate(1, 2, NOW.plus_seconds(1000)).await, Rotation::NotGood));
    assert!(matches!(f.rotate(7, 8, NOW).await, Rotation::NotGood), "never made");
    assert!(!f.is_over(sign_in, NOW.plus_seconds(4999)).await);
    assert!(f.is_over(sign_in, NOW.plus_seconds(5000)).await);
}

#[tokio::test]
async fn a_link_is_good_once_and_for_its_time() {
    let f = fixture().await;
    let user = f.user;
    for number in [1, 2, 3] {
        let ends = NOW.plus_seconds(if number == 3 { 10 } else { 100 });
        f.write(NOW, move |scope| create_link(scope, user, &secret(number), ends)).await.unwrap();
    }
    let target =
        async |number, now| f.store.read_all(move |conn| link_target(conn, &secret(number), now)).await.unwrap();
    assert!(target(3, NOW.plus_seconds(9)).await.is_some());
    assert!(target(3, NOW.plus_seconds(10)).await.is_none());
    let (first, second) = (target(1, NOW).await.unwrap(), target(2, NOW).await.unwrap());
    assert_eq!((first.tenant, first.user), (f.tenant, f.user));
    let again = first.clone();
    f.write(NOW, move |scope| use_link(scope, &first)).await.unwrap();
    for used in [again, second] {
        assert_eq!(code(f.write(NOW, move |scope| use_link(scope, &used)).await.unwrap_err()), ErrorCode::CodeNotValid);
    }
    assert!(target(2, NOW).await.is_none(), "the user's other links are used up too");
}

#[tokio::test]
async fn a_code_enrols_one_agent() {
    let f = fixture().await;
    let actor = Actor::command_line();
    let make = move |scope: &mut WriteScope<'_>| create_code(scope, &actor, &secret(1), true, NOW.plus_seconds(60));
    f.write(NOW, make).await.unwrap();
    let tenant_of = async |now| f.store.read_all(move |conn| code_tenant(conn, &secret(1), now)).await.unwrap();
    assert_eq!(tenant_of(NOW.plus_seconds(60)).await, None, "too late");
    assert_eq!(tenant_of(NOW).await, Some(f.tenant));
    let agent =
        |key| NewAgent { host_name: "lab-1".to_owned(), version: "1".to_owned(), simulated: false, key: secret(key) };
    let (first, second) = (agent(7), agent(8));
    let enrolled = f.write(NOW, move |scope| enrol(scope, &secret(1), &first)).await.unwrap();
    let refused = f.write(NOW, move |scope| enrol(scope, &secret(1), &second)).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::CodeNotValid);
    assert_eq!(tenant_of(NOW).await, None, "used up");
    let by_key = async |key| f.store.read_all(move |conn| agent_by_key(conn, &secret(key))).await.unwrap();
    let (known, revoked) = by_key(7).await.unwrap();
    assert_eq!((known.agent, known.host, revoked), (enrolled.id, enrolled.host, false));
    assert!(by_key(8).await.is_none());
}

#[tokio::test]
async fn tokens_belong_to_their_user_and_stay_revoked() {
    let f = fixture().await;
    let (user, actor) = (f.user, Actor::command_line());
    let by = actor.clone();
    let make = move |scope: &mut WriteScope<'_>| {
        create_token(scope, &by, user, "ci", &[TokenScope::Read], NOW.plus_seconds(60), &secret(1))
    };
    let token = f.write(NOW, make).await.unwrap();
    let found = f.store.read_all(|conn| token_user(conn, &secret(1), NOW)).await.unwrap().unwrap();
    assert_eq!((found.user, found.scopes, found.revoked), (user, vec![TokenScope::Read], false));
    let (stranger, id) = (UserId(user.0 + 1), token.id);
    let by = actor.clone();
    let refused = f.write(NOW, move |scope| revoke_token(scope, &by, Some(stranger), id)).await.unwrap_err();
    assert_eq!(code(refused), ErrorCode::NotFound);
    for _ in 0..2 {
        let by = actor.clone();
        f.write(NOW, move |scope| revoke_token(scope, &by, Some(user), id)).await.unwrap();
    }
    assert!(f.store.read_all(|conn| token_user(conn, &secret(1), NOW)).await.unwrap().unwrap().revoked);
    let seen = f.store.read(f.tenant, NOW, move |scope| list_tokens(scope, Some(stranger), None, 10)).await.unwrap();
    assert!(seen.is_empty(), "nobody sees another's");
}

#[tokio::test]
async fn another_tenant_sees_nothing() {
    let f = fixture().await;
    let other = f.store.write_all(|conn| tenants::create(conn, "Other", false, NOW)).await.unwrap();
    let id = f.user;
    let user = f.store.read(other, NOW, move |scope| user(scope, id)).await;
    assert_eq!(code(user.unwrap_err()), ErrorCode::NotFound);
    assert!(f.store.read(other, NOW, |scope| list_users(scope, None, 10)).await.unwrap().is_empty());
    let same_email = f.store.write(other, NOW, |scope| create_user(scope, &Actor::system(), &account("ann"))).await;
    assert_eq!(code(same_email.unwrap_err()), ErrorCode::InvalidField, "emails are unique in the installation");
}

#[tokio::test]
async fn tries_become_slower_and_are_forgotten() {
    let f = fixture().await;
    let limit = Limit { free: 2, window_seconds: 100, first_wait_seconds: 10, longest_wait_seconds: 30 };
    let take = async |seconds| {
        let now = NOW.plus_seconds(seconds);
        f.store.write_all(move |conn| take_try(conn, &secret(1), limit, now)).await.unwrap()
    };
    assert_eq!([take(0).await, take(0).await, take(0).await], [Verdict::Go; 3], "the third is one too many");
    assert!(matches!(take(1).await, Verdict::Wait(9 | 10)));
    assert_eq!(take(10).await, Verdict::Go);
    assert!(matches!(take(25).await, Verdict::Wait(5 | 6)), "twice as long");
    assert_eq!(take(30).await, Verdict::Go);
    assert!(matches!(take(31).await, Verdict::Wait(29 | 30)), "never longer than the longest");
    assert_eq!(take(200).await, Verdict::Go, "a new window");
    f.store.write_all(|conn| forgive(conn, &secret(1), true)).await.unwrap();
    assert_eq!([take(200).await, take(200).await, take(200).await], [Verdict::Go; 3]);
    assert_eq!(f.store.write_all(|conn| purge_throttles(conn, NOW.plus_seconds(10_000))).await.unwrap(), 1);
}

#[tokio::test]
async fn a_shared_secret_is_made_once() {
    let f = fixture().await;
    let ask = async || f.store.write_all(|conn| shared_secret(conn, "test", NOW)).await.unwrap();
    let first = ask().await;
    assert_eq!(first, ask().await);
    assert_ne!(first, f.store.write_all(|conn| shared_secret(conn, "other", NOW)).await.unwrap());
}

#[tokio::test]
async fn what_is_long_over_is_forgotten() {
    let f = fixture().await;
    let sign_in = f.sign_in(1).await;
    assert_eq!(f.store.write_all(|conn| purge(conn, NOW)).await.unwrap(), 0);
    let later = NOW.plus_seconds(8 * 86_400);
    assert_eq!(f.store.write_all(move |conn| purge(conn, later)).await.unwrap(), 2, "the token and its sign-in");
    assert!(f.store.read_all(move |conn| signed_in_user(conn, sign_in, NOW)).await.unwrap().is_none());
}
