//! Watching a session: the question, the answer, the stream, and its record.

use std::time::Duration;

use deskwarden_tests::{Person, Socket, TestApp, VIEWER_HEAD, eventually, now, on_both, screen_head};
use deskwarden_types::{
    AuditAction, CommandOutcome, ConsentId, ConsentPath, ConsentState, DeliveryKind, ErrorCode, NoArgs, NoBody, Role,
    Status, StreamReach, Verb,
    agent::{CommandOrder, CommandStep, stream_close},
    api::*,
};

use super::{
    refused,
    start::screen,
    streams::{Stage, follow, next_stream, stage},
};

async fn show(person: &Person, id: ConsentId) -> Result<Consent, deskwarden_client::ClientError> {
    person.call::<ShowConsent>(ConsentPath { id }, NoArgs {}, NoBody {}).await
}

async fn watch(person: &Person, id: ConsentId) -> Result<StreamTicket, deskwarden_client::ClientError> {
    person.call::<OpenWatch>(ConsentPath { id }, NoArgs {}, NoBody {}).await
}

async fn end(person: &Person, id: ConsentId) -> Result<Consent, deskwarden_client::ClientError> {
    person.call::<EndWatch>(ConsentPath { id }, NoArgs {}, NoBody {}).await
}

/// A desktop whose user is there, and somebody of the support who has asked to watch it.
async fn asked(app: &TestApp) -> (Stage, Person, CommandOrder, ConsentId) {
    let mut stage = stage(app, DeliveryKind::CloudDesktop).await;
    stage.agent.report(vec![screen(stage.session, Status::Connected, true)]).await;
    let support = app.support().await;
    let (order, id) = ask(&mut stage, &support).await;
    (stage, support, order, id)
}

async fn ask(stage: &mut Stage, support: &Person) -> (CommandOrder, ConsentId) {
    support.act(stage.session, Verb::View).await.unwrap();
    let order = stage.orders.command().await;
    assert_eq!(order.known_verb(), Some(Verb::View));
    let id = order.consent_id.unwrap();
    (order, id)
}

async fn answer(stage: &Stage, order: &CommandOrder, outcome: CommandOutcome) {
    stage.agent.step(order.id, CommandStep::Acknowledged {}).await;
    let step = match outcome {
        CommandOutcome::Granted => CommandStep::Done { outcome },
        _ => CommandStep::Failed { outcome, detail: "said so".to_owned() },
    };
    stage.agent.step(order.id, step).await;
}

async fn state(person: &Person, id: ConsentId, wanted: ConsentState) -> Consent {
    let look = async || show(person, id).await.ok().filter(|consent| consent.state == wanted);
    eventually(&format!("a consent that is {wanted}"), Duration::from_secs(10), look).await
}

/// Both ends of a stream to look on.
async fn watching(app: &TestApp, stage: &mut Stage, support: &Person, id: ConsentId) -> (Socket, Socket) {
    let ticket = watch(support, id).await.unwrap();
    let viewer = follow(&app.server.url(), &ticket).await.unwrap();
    let order = next_stream(&mut stage.orders).await;
    assert_eq!((order.reach, order.consent_id, order.session_id), (StreamReach::View, Some(id), stage.session));
    let screen = stage.agent.join(&order).await.unwrap();
    (viewer, screen)
}

on_both! {
    async fn a_yes_is_watched_once_and_recorded(app: TestApp) {
        let (mut stage, support, order, id) = asked(&app).await;
        let consent = show(&support, id).await.unwrap();
        assert_eq!((consent.state, consent.reason.as_str(), consent.asked_by.id), (ConsentState::Asked, "the test wants it", support.id));
        assert_eq!(order.requested_by.as_deref(), Some(consent.asked_by.display_name.as_str()));
        assert!((30..=45).contains(&consent.answer_by.seconds_since(now())), "{}", consent.answer_by);
        assert_eq!(refused(watch(&support, id).await), ErrorCode::Conflict, "not answered yet");
        // Others learn nothing of it; the user and the auditor do.
        assert_eq!(refused(show(&app.manager().await, id).await), ErrorCode::NotFound);
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert_eq!(refused(show(&stranger, id).await), ErrorCode::NotFound);
        assert_eq!(refused(end(&stranger, id).await), ErrorCode::NotFound);
        show(&stage.member, id).await.unwrap();
        show(&app.auditor().await, id).await.unwrap();
        // Who asks again and again is told that nothing is new.
        let bearer = format!("Bearer {}", support.token().unwrap());
        let path = format!("/api/v1/consents/{id}");
        let first = app.raw().send("GET", &path, &[("authorization", &bearer)], "").await;
        let tag = first.header("etag").to_owned();
        let second = app.raw().send("GET", &path, &[("authorization", &bearer), ("if-none-match", &tag)], "").await;
        assert_eq!((second.status, second.body.len()), (304, 0));
        answer(&stage, &order, CommandOutcome::Granted).await;
        assert_eq!(show(&support, id).await.unwrap().state, ConsentState::Granted);
        assert_eq!(refused(watch(&stage.member, id).await), ErrorCode::Forbidden, "only who asked");
        let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
        let consent = state(&stage.member, id, ConsentState::Watching).await;
        assert!(consent.watched_from.is_some() && consent.watched_until.is_none());
        assert_eq!(refused(watch(&support, id).await), ErrorCode::Conflict, "one time");
        screen.send(&screen_head()).await.unwrap();
        viewer.send(VIEWER_HEAD).await.unwrap();
        assert_eq!(viewer.take(screen_head().len()).await, screen_head());
        // Where the admin sits is not where the user sits.
        assert_eq!(stage.member.show(stage.session).await.unwrap().session.status, Status::Connected);
        viewer.close(1000).await;
        assert_eq!(screen.closed().await.0, Some(stream_close::NORMAL));
        let consent = state(&stage.member, id, ConsentState::Ended).await;
        assert_eq!((consent.ended_by.unwrap().id, consent.watched_until.is_some()), (support.id, true));
        assert_eq!(refused(watch(&support, id).await), ErrorCode::Conflict);
        let auditor = app.auditor().await;
        for action in [AuditAction::ConsentAsked, AuditAction::ConsentAnswered, AuditAction::WatchBegan, AuditAction::WatchEnded] {
            super::audit::expect(&auditor, action, 1).await;
        }
        // The user keeps a record.
        let bearer = format!("Bearer {}", stage.member.token().unwrap());
        let file = app.raw().send("GET", "/api/v1/me/consents", &[("authorization", &bearer)], "").await.text();
        let lines: Vec<Consent> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), lines[0].id, lines[0].state), (1, id, ConsentState::Ended));
        for (person, count) in [(&stage.member, 1), (&support, 1), (&auditor, 1), (&app.manager().await, 0)] {
            assert_eq!(person.call::<ListConsents>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap().total.count, count, "{}", person.username);
        }
    }

    async fn everything_but_a_yes_in_time_is_a_no(app: TestApp) {
        let (mut stage, support, order, id) = asked(&app).await;
        let mut question = (order, id);
        for outcome in [CommandOutcome::Denied, CommandOutcome::NotAnswered, CommandOutcome::QuestionClosed, CommandOutcome::NobodyThere, CommandOutcome::NoDisplay, CommandOutcome::Unsupported] {
            answer(&stage, &question.0, outcome).await;
            let consent = show(&support, question.1).await.unwrap();
            assert_eq!((consent.state, consent.answer), (ConsentState::Denied, Some(outcome)));
            assert_eq!(refused(watch(&support, question.1).await), ErrorCode::Conflict);
            question = ask(&mut stage, &support).await;
        }
        // A yes after the time for it.
        app.sql(format!("UPDATE consents SET answer_by = {} WHERE id = {}", now().plus_seconds(-6).millis(), question.1)).await;
        answer(&stage, &question.0, CommandOutcome::Granted).await;
        let consent = show(&support, question.1).await.unwrap();
        assert_eq!((consent.state, consent.answer), (ConsentState::Denied, Some(CommandOutcome::NotAnswered)));
        // No word at all; then a yes that comes after that.
        let (order, id) = ask(&mut stage, &support).await;
        app.sql(format!("UPDATE consents SET answer_by = {} WHERE id = {id}", now().plus_seconds(-11).millis())).await;
        let consent = state(&support, id, ConsentState::Denied).await;
        assert_eq!(consent.answer, Some(CommandOutcome::NoWord));
        answer(&stage, &order, CommandOutcome::Granted).await;
        assert_eq!(show(&support, id).await.unwrap().state, ConsentState::Denied);
        // A yes that nobody comes for.
        let (order, id) = ask(&mut stage, &support).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let ticket = watch(&support, id).await.unwrap();
        app.sql(format!("UPDATE consents SET answered_at = {} WHERE id = {id}", now().plus_seconds(-61).millis())).await;
        assert_eq!(refused(watch(&support, id).await), ErrorCode::Conflict);
        assert_eq!(follow(&app.server.url(), &ticket).await.err().unwrap().status, 409);
        app.sql(format!("UPDATE consents SET answered_at = {} WHERE id = {id}", now().plus_seconds(-71).millis())).await;
        state(&support, id, ConsentState::Withdrawn).await;
    }

    async fn both_can_end_it_and_each_is_told_why(app: TestApp) {
        let (mut stage, support, order, id) = asked(&app).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        // By the user, on their own page.
        let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
        assert_eq!(refused(end(&app.auditor().await, id).await), ErrorCode::Forbidden);
        end(&stage.member, id).await.unwrap();
        assert_eq!(viewer.closed().await.0, Some(stream_close::ENDED_BY_USER));
        assert_eq!(screen.closed().await.0, Some(stream_close::ENDED_BY_USER));
        assert_eq!(end(&stage.member, id).await.unwrap().ended_by.unwrap().id, stage.member.id, "ended already is success");
        // By the user, on their display.
        let (order, id) = ask(&mut stage, &support).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let (mut viewer, screen) = watching(&app, &mut stage, &support, id).await;
        screen.close(stream_close::ENDED_BY_USER).await;
        assert_eq!(viewer.closed().await.0, Some(stream_close::ENDED_BY_USER));
        assert_eq!(state(&support, id, ConsentState::Ended).await.ended_by.unwrap().id, stage.member.id);
        // By who asked, from elsewhere.
        let (order, id) = ask(&mut stage, &support).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
        end(&support, id).await.unwrap();
        assert_eq!(viewer.closed().await.0, Some(stream_close::NORMAL));
        assert_eq!(screen.closed().await.0, Some(stream_close::NORMAL));
        // Taken back before the answer; the answer changes nothing then.
        let (order, id) = ask(&mut stage, &support).await;
        assert_eq!(end(&support, id).await.unwrap().state, ConsentState::Withdrawn);
        answer(&stage, &order, CommandOutcome::Granted).await;
        assert_eq!(refused(watch(&support, id).await), ErrorCode::Conflict);
        // Refused on the user's page.
        let (order, id) = ask(&mut stage, &support).await;
        assert_eq!(end(&stage.member, id).await.unwrap().state, ConsentState::Denied);
        answer(&stage, &order, CommandOutcome::Granted).await;
        assert_eq!(show(&support, id).await.unwrap().state, ConsentState::Denied);
        // Who watches loses the right to.
        let (order, id) = ask(&mut stage, &support).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let (mut viewer, _screen) = watching(&app, &mut stage, &support, id).await;
        app.sql(format!("UPDATE users SET role = {} WHERE id = {}", Role::Member.code(), support.id)).await;
        assert_eq!(viewer.closed().await.0, Some(stream_close::DISCONNECTED));
        assert!(state(&stage.member, id, ConsentState::Ended).await.ended_by.is_none());
    }

    async fn a_hostile_viewer_changes_nothing_and_reads_no_clipboard(app: TestApp) {
        let (mut stage, support, order, id) = asked(&app).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
        screen.send(&screen_head()).await.unwrap();
        viewer.take(screen_head().len()).await;
        let ask = [3u8, 0, 0, 0, 0, 0, 0, 64, 0, 48];
        let hostile: Vec<u8> = [
            VIEWER_HEAD,
            &[4, 1, 0, 0, 0, 0, 0, 0x61],
            &[5, 1, 0, 5, 0, 5],
            &[6, 0, 0, 0, 0, 0, 0, 3, b'a', b'b', b'c'],
            &[6, 0, 0, 0, 255, 255, 255, 252, 1, 0, 0, 0],
            &[251, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0],
            &[250, 0, 1, 2],
            &[255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 30],
            &ask,
        ].concat();
        // Cut anywhere, byte by byte.
        for byte in &hostile {
            viewer.send(&[*byte]).await.unwrap();
        }
        let expected = [VIEWER_HEAD, &ask].concat();
        assert_eq!(screen.take(expected.len()).await, expected, "of all that, one question for pictures came");
        // The clipboard stays where it is; the bell is heard.
        screen.send(&[&[3u8, 0, 0, 0, 0, 0, 0, 6][..], b"SECRET", &[2]].concat()).await.unwrap();
        assert_eq!(viewer.take(1).await, [2]);
        // What is not known closes it, on both sides.
        viewer.send(&[200]).await.unwrap();
        assert_eq!(viewer.closed().await, (Some(stream_close::AGAINST_THE_RULES), vec![]));
        assert_eq!(screen.closed().await, (Some(stream_close::AGAINST_THE_RULES), vec![]));
        // So does another handshake, and a text.
        for bad in [&b"RFB 003.003\n"[..], b"GET / HTTP/1.1\r\n"] {
            let (order, id) = self::ask(&mut stage, &support).await;
            answer(&stage, &order, CommandOutcome::Granted).await;
            let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
            viewer.send(bad).await.unwrap();
            assert_eq!(screen.closed().await.0, Some(stream_close::AGAINST_THE_RULES));
        }
        // And a screen that is none.
        let (order, id) = self::ask(&mut stage, &support).await;
        answer(&stage, &order, CommandOutcome::Granted).await;
        let (mut viewer, mut screen) = watching(&app, &mut stage, &support, id).await;
        screen.send(b"HTTP/1.1 200 OK").await.unwrap();
        assert_eq!(viewer.closed().await, (Some(stream_close::AGAINST_THE_RULES), vec![]));
    }
}
