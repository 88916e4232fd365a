//! `/api/v1/users`.

use deskwarden_client::{Client, ClientError};
use deskwarden_tests::{Person, TestApp, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode, NoArgs, NoBody, Role,
    api::{CreateUser, CreatedUser, ListUsers, NewUser, PageQuery, User},
};

use super::refused;

async fn make(by: &Person, username: &str, role: Role) -> Result<CreatedUser, ClientError> {
    let email = format!("{}@example.com", username.to_lowercase());
    let new = NewUser { username: username.parse().unwrap(), display_name: "Somebody".parse().unwrap(), email, role };
    by.send::<CreateUser>(new).await
}

async fn pages(by: &Client, limit: u32) -> Vec<User> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let query = PageQuery { limit: Some(limit), cursor: cursor.take() };
        let page = by.call::<ListUsers>(NoArgs {}, query, NoBody {}).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

on_both! {
    async fn a_new_user_signs_in_by_the_link(app: TestApp) {
        let admin = app.admin().await;
        let made = make(&admin, "Zoë", Role::Support).await.unwrap();
        assert_eq!((made.user.username.as_str(), made.user.role, made.user.disabled), ("Zoë", Role::Support, false));
        let (address, secret) = made.set_up_link.split_once("/set-up#").unwrap();
        assert_eq!(address, app.server.url());
        let check = deskwarden_types::api::CheckSetUp { link: secret.to_owned() };
        let target = app.nobody().send::<deskwarden_types::api::CheckSetUpLink>(check).await.unwrap();
        assert_eq!((target.username.as_str(), target.display_name.as_deref()), ("Zoë", Some("Somebody")));
        let entries = super::audit::all(&app.auditor().await).await;
        let entries: Vec<_> = entries.into_iter().filter(|entry| entry.action == AuditAction::UserCreated).collect();
        assert!(entries.iter().any(|entry| entry.object.as_deref() == Some("Zoë (support)")), "{entries:?}");
    }

    async fn names_and_emails_are_taken_once(app: TestApp) {
        let admin = app.admin().await;
        make(&admin, "ann", Role::Member).await.unwrap();
        let again = make(&admin, "ann", Role::Member).await.unwrap_err();
        assert_eq!(again.code(), Some(ErrorCode::InvalidField));
        assert!(matches!(again.problem().unwrap().field.as_deref(), Some("username" | "email")), "{again:?}");
        // A name belongs to a tenant, an email to the installation.
        let other = app.other_tenant("others").await.admin().await;
        let email = make(&other, "ann", Role::Member).await.unwrap_err();
        assert_eq!(email.problem().unwrap().field.as_deref(), Some("email"));
    }

    async fn only_owners_make_owners(app: TestApp) {
        assert_eq!(refused(make(&app.admin().await, "boss", Role::Owner).await), ErrorCode::Forbidden);
        assert!(make(&app.owner().await, "boss", Role::Owner).await.is_ok());
    }

    async fn pages_show_everybody_once(app: TestApp) {
        let owner = app.owner().await;
        for name in ["b", "a", "B1", "ä", "Ö", "z", "_", "a b"] {
            app.new_account(name, Role::Member).await;
        }
        let whole: Vec<_> = pages(&owner, 1000).await.iter().map(|user| user.id).collect();
        for limit in [1, 2, 3] {
            let by_pages: Vec<_> = pages(&owner, limit).await.iter().map(|user| user.id).collect();
            assert_eq!(by_pages, whole, "pages of {limit}");
        }
        // The first owner that the server made, this owner, and eight.
        assert_eq!(whole.len(), 10);
    }
}
