//! Every operation of both APIs, called as every role, as nobody, as an agent and as a stranger.

use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{ErrorCode, Problem, Role, Scope};

use super::openapi::{Operation, operations};

/// Who may call, written down by hand: the rule book's table, not the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    Anybody,
    Users,
    AllButMembers,
    Admins,
    AuditReaders,
    SeatReaders,
    Managers,
    Agents,
}

const TABLE: &[(&str, May)] = &[
    ("Alive", May::Anybody),
    ("Ready", May::Anybody),
    ("SignInNow", May::Anybody),
    ("Refresh", May::Anybody),
    ("SignOut", May::Anybody),
    ("CheckSetUpLink", May::Anybody),
    ("FinishSetUp", May::Anybody),
    ("EnrolAgent", May::Anybody),
    ("WhoAmI", May::Users),
    ("ListSessions", May::Users),
    ("CountSessions", May::Users),
    ("ListTable", May::Users),
    ("ListFields", May::Users),
    ("ListValues", May::Users),
    ("ShowSession", May::Users),
    ("ListEvents", May::Users),
    ("ShowCommand", May::Users),
    ("FollowSessions", May::Users),
    ("ListMyResources", May::Users),
    ("StartLaunch", May::Users),
    ("ShowSeats", May::SeatReaders),
    ("ListActivePeople", May::SeatReaders),
    ("ChangeSeats", May::Managers),
    ("ShowMySeats", May::Users),
    ("MakeViewerPassword", May::Users),
    ("ListTokens", May::Users),
    ("CreateToken", May::Users),
    ("RevokeToken", May::Users),
    ("ActOnSession", May::Users),
    ("EndHold", May::Managers),
    ("MakePlan", May::Users),
    ("ShowPlan", May::Users),
    ("ListBulkActions", May::Users),
    ("StartBulkAction", May::Users),
    ("ShowBulkAction", May::Users),
    ("StartExport", May::AllButMembers),
    ("ListExports", May::AllButMembers),
    ("ShowExport", May::AllButMembers),
    ("FetchExport", May::Anybody),
    ("FollowStream", May::Anybody),
    ("OpenStream", May::Users),
    ("OpenWatch", May::Users),
    ("ListConsents", May::Users),
    ("ShowConsent", May::Users),
    ("EndWatch", May::Users),
    ("DownloadConsents", May::Users),
    ("StartRefresh", May::AllButMembers),
    ("ShowRefresh", May::Users),
    ("ListViews", May::Users),
    ("CreateView", May::Users),
    ("ChangeView", May::Users),
    ("RemoveView", May::Users),
    ("ListHosts", May::AllButMembers),
    ("CreateEnrolmentCode", May::Admins),
    ("RevokeHost", May::Admins),
    ("ListUsers", May::Admins),
    ("CreateUser", May::Admins),
    ("ShowUser", May::Admins),
    ("ChangeUser", May::Admins),
    ("InviteUser", May::Admins),
    ("ListGroups", May::Admins),
    ("CreateGroup", May::Admins),
    ("ChangeGroup", May::Admins),
    ("RemoveGroup", May::Admins),
    ("ListResources", May::Admins),
    ("CreateResource", May::Admins),
    ("ChangeResource", May::Admins),
    ("RemoveResource", May::Admins),
    ("ListEnvironments", May::Admins),
    ("CreateEnvironment", May::Admins),
    ("ChangeEnvironment", May::Admins),
    ("RemoveEnvironment", May::Admins),
    ("ListDeliveryMethods", May::Admins),
    ("CreateDeliveryMethod", May::Admins),
    ("ChangeDeliveryMethod", May::Admins),
    ("RemoveDeliveryMethod", May::Admins),
    ("ListProvisions", May::Admins),
    ("CreateProvision", May::Admins),
    ("ChangeProvision", May::Admins),
    ("RemoveProvision", May::Admins),
    ("ListMembers", May::Admins),
    ("AddMember", May::Admins),
    ("RemoveMember", May::Admins),
    ("SuspendResource", May::Admins),
    ("ShowSettings", May::Admins),
    ("ChangeSettings", May::Admins),
    ("PreviewHistory", May::Admins),
    ("ListAudit", May::AuditReaders),
    ("VerifyAudit", May::AuditReaders),
    ("SayHello", May::Agents),
    ("AskLaunch", May::Agents),
    ("SendReports", May::Agents),
    ("SendBeats", May::Agents),
    ("FollowOrders", May::Agents),
    ("JoinStream", May::Agents),
    ("AskConnection", May::Agents),
    ("ShowSeatsOf", May::Agents),
    ("TellLogins", May::Agents),
];

fn role_may(may: May, role: Role) -> bool {
    match may {
        May::Anybody | May::Users => true,
        May::AllButMembers => role != Role::Member,
        May::Admins => matches!(role, Role::Admin | Role::Owner),
        May::AuditReaders => matches!(role, Role::Auditor | Role::Admin | Role::Owner),
        May::SeatReaders => !matches!(role, Role::Member | Role::Support),
        May::Managers => matches!(role, Role::Manager | Role::Admin | Role::Owner),
        May::Agents => false,
    }
}

/// What the server said: the status, the code where it refused, and the text.
struct Said {
    status: u16,
    code: Option<ErrorCode>,
    text: String,
}

async fn call(app: &TestApp, operation: &Operation, token: Option<&str>, id: &str) -> Said {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    let path = operation.path.replace("{id}", id).replace("{user_id}", id);
    // An empty object: whoever may call is told what is missing, and nothing is done.
    let body = if operation.method == "GET" || operation.method == "DELETE" { "" } else { "{}" };
    let (status, text) = app.raw().begin(&operation.method, &path, &headers, body).await;
    let code = serde_json::from_str::<Problem>(&text).ok().map(|problem| problem.code);
    assert!(code.is_some() == (status >= 400), "{} {path}: {status} {text}", operation.method);
    assert!(status < 500, "{} {path}: {text}", operation.method);
    Said { status, code, text }
}

fn rule(operation: &Operation) -> May {
    let found = TABLE.iter().find(|(id, _)| *id == operation.id);
    found.unwrap_or_else(|| panic!("{} has no place in the table of this test", operation.id)).1
}

on_both! {
    async fn the_table_names_every_operation_and_no_other(app: TestApp) {
        let mut described: Vec<String> = operations(&app).await.into_iter().map(|operation| operation.id).collect();
        let mut known: Vec<String> = TABLE.iter().map(|(id, _)| (*id).to_owned()).collect();
        described.sort();
        known.sort();
        assert_eq!(described, known);
    }

    async fn every_role_may_what_it_may(app: TestApp) {
        let agent = app.agent("h1").await;
        let all = operations(&app).await;
        for role in Role::ALL {
            let person = app.person(*role).await;
            let session = agent.run(&person.username, "xterm").await.to_string();
            let token = person.token().unwrap();
            for operation in &all {
                let id = if operation.path.contains("/sessions/") { session.as_str() } else { "999999" };
                let said = call(&app, operation, Some(&token), id).await;
                let what = format!("{role} at {}: {} {}", operation.id, said.status, said.text);
                match rule(operation) {
                    May::Anybody => assert_ne!(said.code, Some(ErrorCode::Forbidden), "{what}"),
                    May::Agents => assert_eq!(said.code, Some(ErrorCode::NotSignedIn), "{what}"),
                    may if role_may(may, *role) => {
                        assert!(said.status != 401 && said.status != 403, "{what}");
                    }
                    _ => assert_eq!(said.code, Some(ErrorCode::Forbidden), "{what}"),
                }
            }
        }
    }

    async fn nobody_may_nothing_and_an_agent_only_what_is_an_agents(app: TestApp) {
        let agent = app.agent("h1").await;
        for operation in operations(&app).await {
            let may = rule(&operation);
            assert_eq!(operation.is_public, may == May::Anybody, "{}: the description says who may call", operation.id);
            let (nobody, as_agent) =
                (call(&app, &operation, None, "1").await, call(&app, &operation, Some(&agent.key), "1").await);
            let what = format!("{}: {} {}", operation.id, nobody.text, as_agent.text);
            match may {
                May::Anybody => assert_eq!(nobody.status, as_agent.status, "{what}"),
                May::Agents => {
                    assert_eq!(nobody.code, Some(ErrorCode::NotSignedIn), "{what}");
                    assert!(as_agent.status != 401 && as_agent.status != 403, "{what}");
                }
                _ => {
                    assert_eq!(nobody.code, Some(ErrorCode::NotSignedIn), "{what}");
                    assert_eq!(as_agent.code, Some(ErrorCode::NotSignedIn), "{what}");
                }
            }
        }
    }

    async fn a_stranger_learns_nothing(app: TestApp) {
        let agent = app.agent("marker-host").await;
        let person = app.new_person("marker-user", Role::Manager).await;
        let session = agent.run("marker-user", "marker-app").await;
        let command = person.act(session, deskwarden_types::Verb::Evict).await.unwrap();
        super::tokens::make(&person, &[Scope::Read]).await;
        let other = app.other_tenant("strangers").await;
        let owner = other.owner().await;
        let (secret, _) = super::tokens::make(&owner, &[Scope::Read, Scope::Act]).await;
        for operation in operations(&app).await {
            for token in [owner.token().unwrap(), secret.clone()] {
                for id in [session.to_string(), command.id.to_string(), agent.host.to_string()] {
                    let said = call(&app, &operation, Some(&token), &id).await;
                    assert!(!said.text.contains("marker"), "{}: {}", operation.id, said.text);
                    let is_theirs = operation.path.contains("{id}") && said.status < 300;
                    // Their own things may have the same numbers; ours may not be among them.
                    assert!(!is_theirs || operation.method != "GET", "{} {id}: {}", operation.id, said.text);
                }
            }
        }
        let row = person.show(session).await.unwrap();
        assert_eq!(row.commands.len(), 1, "nothing of ours was changed");
        assert!(agent.hello().await.taken_through > 0, "our agent was not revoked");
    }
}
