//! `/api/v1/exports`: a list as a file.

mod files;
mod large;
mod tickets;

use deskwarden_client::ClientError;
use deskwarden_tests::{Person, RawAnswer, TestApp, on_both};
use deskwarden_types::{
    ErrorCode, ExportFormat, ExportId, ExportPath, NoArgs, NoBody, SessionField,
    api::{CreatedExport, Export, NewExport, SessionSelection, ShowExport, StartExport},
};

/// All sessions with these columns, as CSV.
fn csv(columns: &[SessionField]) -> NewExport {
    NewExport {
        selection: SessionSelection::default(),
        columns: columns.to_vec(),
        format: ExportFormat::Csv,
        page: None,
        bom: false,
    }
}

async fn start(by: &Person, asked: NewExport) -> CreatedExport {
    by.send::<StartExport>(asked).await.expect("an export can be started")
}

async fn show(by: &Person, id: ExportId) -> Result<Export, ClientError> {
    by.call::<ShowExport>(ExportPath { id }, NoArgs {}, NoBody {}).await
}

/// Starts an export and fetches its file.
async fn file(app: &TestApp, by: &Person, asked: NewExport) -> (Export, RawAnswer) {
    let made = start(by, asked).await;
    let answer = app.raw().get(&made.url).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (made.export, answer)
}

/// The records of a CSV file, its header first.
fn records(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
    let records = reader.records().map(|record| record.expect("a file by RFC 4180"));
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

on_both! {
    async fn one_person_has_so_many_files_on_their_way(app: TestApp) {
        let (manager, support) = (app.manager().await, app.support().await);
        let ask = || manager.send::<StartExport>(csv(&[SessionField::Id]));
        let (mut made, mut refused) = (Vec::new(), Vec::new());
        for answer in futures_util::future::join_all((0..14).map(|_| ask())).await {
            match answer {
                Ok(export) => made.push(export),
                Err(error) => refused.push(error),
            }
        }
        assert_eq!((made.len(), refused.len()), (10, 4), "an address that nobody has fetched yet counts, too");
        assert!(refused.iter().all(|error| error.code() == Some(ErrorCode::TooManyRequests)));
        assert!(refused.iter().all(|error| error.retry_after().is_some()));
        start(&support, csv(&[SessionField::Id])).await;
        // On its way.
        let id = made[0].export.id;
        app.sql(format!("UPDATE exports SET state = 2, heard_at = 4000000000000 WHERE id = {id}")).await;
        assert!(ask().await.is_err());
        // Over: fetched to its end, or never fetched in time.
        assert_eq!(app.raw().get(&made[1].url).await.status, 200);
        made.push(ask().await.unwrap());
        assert!(ask().await.is_err());
        app.sql(format!("UPDATE exports SET expires_at = 1 WHERE id = {}", made[2].export.id)).await;
        ask().await.unwrap();
    }
}

/// Sessions in one statement, so that none takes too long.
const PORTION: u32 = 5_000;

/// Writes so many more sessions, all over since long, of the tenant's first user and app.
pub async fn write_many(app: &TestApp, count: u32) {
    for first in (1..=count).step_by(PORTION as usize) {
        let last = count.min(first + PORTION - 1);
        app.sql(format!(
            "INSERT INTO sessions (tenant_id, kind, status, observed_status, phase, user_id, resource_id, terminal, \
             access, source, connected, stale, started_at, ended_at, listed_until, end_reason, ended_how, revision) \
             WITH RECURSIVE numbers (n) AS \
             (SELECT CAST({first} AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
             SELECT s.tenant_id, 4, 20, 20, 5, s.user_id, s.resource_id, 5, 1, 1, FALSE, FALSE, \
             1700000000000 + n * 1000, 1700000000000 + n * 61000, 1700000000000, 10, 1, 1 \
             FROM sessions s, numbers WHERE s.id = (SELECT MIN(id) FROM sessions)"
        ))
        .await;
    }
}
