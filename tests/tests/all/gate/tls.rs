//! Viewers that speak TLS with the gate, and those that do not.

use deskwarden_tests::{Certificate, Database, TestApp, eventually};

use super::{PATIENCE, Place, viewer::Viewer};

/// What makes a viewer speak TLS, and trust the gate.
fn encrypted(certificate: &Certificate) -> [String; 2] {
    ["-SecurityTypes=X509Vnc".to_owned(), format!("-X509CA={}", certificate.authority().display())]
}

#[test]
fn what_a_viewer_sees_is_encrypted_where_the_gate_has_a_certificate() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let certificate = Certificate::default();
        let (chain, key) = (certificate.chain().display().to_string(), certificate.key().display().to_string());
        let mut place = Place::start_with(&app, &["--gate-certificate", &chain, "--gate-key", &key]).await;
        let member = app.member().await;
        let said = place.agent.command(&["status"]);
        assert!(String::from_utf8_lossy(&said.stdout).contains("encrypted where the viewer can"), "{said:?}");

        let open = async |place: &Place, arguments: &[String]| {
            let made = place.password(&member).await;
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            Viewer::open_with(&place.display, &made.address, &made.password, &arguments)
        };
        let viewer = open(&place, &encrypted(&certificate)).await;
        viewer.shows(&place.display, "Office PC").await;
        assert!(viewer.said().contains("X509Vnc"), "{}", viewer.said());
        viewer.close().await;
        // A viewer that cannot is let in as before.
        let viewer = open(&place, &["-SecurityTypes=VncAuth".to_owned()]).await;
        viewer.shows(&place.display, "Office PC").await;
        viewer.close().await;
        // A renewed certificate is used from then on.
        certificate.renew();
        let viewer = open(&place, &encrypted(&certificate)).await;
        viewer.shows(&place.display, "Office PC").await;
        viewer.close().await;

        // Wrong passwords are told inside TLS, too.
        let made = place.password(&member).await;
        let arguments = encrypted(&certificate);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let viewer = Viewer::open_with(&place.display, &made.address, "wrongpwd", &arguments);
        viewer.says("The password is wrong").await;
        drop(viewer);

        place.agent.stop().await;
        place.agent.start_again_with(&["--gate-encrypted-only"]);
        eventually("the gate at its new address", PATIENCE, async || {
            (place.password(&member).await.address != made.address).then_some(())
        })
        .await;
        let viewer = open(&place, &["-SecurityTypes=VncAuth".to_owned()]).await;
        viewer.says("No matching security types").await;
        drop(viewer);
        let viewer = open(&place, &encrypted(&certificate)).await;
        viewer.shows(&place.display, "Office PC").await;
        viewer.close().await;
    });
}
