//! `/api/v1/settings`.

use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode,
    agent::Order,
    api::{ChangeSettings, Settings, ShowSettings},
};

on_both! {
    async fn settings_have_bounds(app: TestApp) {
        let admin = app.admin().await;
        let good = admin.get::<ShowSettings>().await.unwrap();
        assert_eq!((good.heartbeat_seconds, good.first_warning_seconds, good.second_warning_seconds), (60, 120, 60));
        let with = |change: fn(&mut Settings)| {
            let mut settings = good.clone();
            change(&mut settings);
            settings
        };
        for (bad, field) in [
            (with(|s| s.heartbeat_seconds = 4), "heartbeat_seconds"),
            (with(|s| s.heartbeat_seconds = 301), "heartbeat_seconds"),
            (with(|s| (s.first_warning_seconds, s.second_warning_seconds) = (0, 0)), "first_warning_seconds"),
            (with(|s| s.first_warning_seconds = 601), "first_warning_seconds"),
            (with(|s| s.second_warning_seconds = 120), "second_warning_seconds"),
            (with(|s| s.history_days = 29), "history_days"),
            (with(|s| s.history_days = 3651), "history_days"),
            (with(|s| s.name = String::new()), "name"),
            (with(|s| s.name = "a\0b".to_owned()), "name"),
            (with(|s| s.name = "x".repeat(201)), "name"),
            (with(|s| s.time_zone = "Middle Earth".to_owned()), "time_zone"),
            (with(|s| s.time_zone = "../../etc/passwd".to_owned()), "time_zone"),
            (with(|s| s.time_zone = String::new()), "time_zone"),
        ] {
            let error = admin.send::<ChangeSettings>(bad).await.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidField, Some(field)));
        }
        assert_eq!(admin.get::<ShowSettings>().await.unwrap(), good, "a refused change changes nothing");
        for edge in [
            with(|s| (s.heartbeat_seconds, s.first_warning_seconds, s.second_warning_seconds, s.history_days) = (5, 1, 0, 30)),
            with(|s| (s.heartbeat_seconds, s.first_warning_seconds, s.second_warning_seconds, s.history_days) = (300, 600, 599, 3650)),
            with(|s| (s.name, s.time_zone) = ("Université".to_owned(), "America/Argentina/Buenos_Aires".to_owned())),
        ] {
            assert_eq!(admin.send::<ChangeSettings>(edge.clone()).await.unwrap(), edge);
        }
        super::audit::expect(&app.auditor().await, AuditAction::SettingsChanged, 3).await;
    }

    async fn agents_hear_of_it_at_once(app: TestApp) {
        let (agent, admin) = (app.agent("h1").await, app.admin().await);
        let other = app.other_tenant("others").await;
        let stranger = app.agent_of(&other, "h2").await;
        let mut orders = agent.orders();
        let reading = tokio::spawn(async move { orders.order().await });
        deskwarden_tests::eventually("an open channel", std::time::Duration::from_secs(5), async || {
            (app.number("SELECT COUNT(*) FROM agents WHERE connected_until > 0").await == 1).then_some(())
        })
        .await;
        let mut settings = admin.get::<ShowSettings>().await.unwrap();
        settings.heartbeat_seconds = 30;
        admin.send::<ChangeSettings>(settings).await.unwrap();
        match reading.await.unwrap() {
            Order::Settings(settings) => assert_eq!(settings.heartbeat_seconds, 30),
            other => panic!("settings are expected: {other:?}"),
        }
        assert_eq!(agent.hello().await.settings.heartbeat_seconds, 30);
        assert_eq!(stranger.hello().await.settings.heartbeat_seconds, 60, "another tenant keeps its own");
    }
}
