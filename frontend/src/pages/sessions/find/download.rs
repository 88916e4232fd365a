//! An export on its way: the browser saves the file, and its end is told at the top of the page.

use std::{sync::Arc, time::Duration};

use deskwarden_client::ClientError;
use deskwarden_types::{
    ExportPath, ExportState, NoArgs, NoBody,
    api::{Export, NewExport, ShowExport, StartExport},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    api::Api,
    browser,
    notices::{Again, Notices},
    parts::explain,
    strings,
};

/// Between two looks at an export.
const PAUSE: Duration = Duration::from_secs(1);
/// How many looks in a row may find no server, or one that is busy; the download goes on without them.
const MISSES: u32 = 300;

/// Starts it; what the server refuses comes back in words.
pub async fn start(api: Api, notices: Notices, body: NewExport) -> Result<(), String> {
    let made = api.call::<StartExport>(NoArgs {}, NoArgs {}, body.clone()).await.map_err(|error| explain(&error))?;
    save(&made.url);
    let file = made.export.file_name.clone();
    notices.success(strings::export_started(&file), Some(strings::export_started_how().to_owned()), None);
    spawn_local(async move {
        let end = follow(api, made.export).await;
        tell(api, notices, &file, body, end);
    });
    Ok(())
}

/// Lets the browser load the address as a file of its own.
fn save(url: &str) {
    let Some(link) = document().create_element("a").ok().and_then(|e| e.dyn_into::<web_sys::HtmlAnchorElement>().ok())
    else {
        return;
    };
    link.set_href(&format!("{}{url}", browser::api_base()));
    link.set_download("");
    link.set_hidden(true);
    if let Some(body) = document().body() {
        // Fails only where the page has no body; then there is nobody to click either.
        let _ = body.append_child(&link);
    }
    link.click();
    link.remove();
}

async fn follow(api: Api, mut export: Export) -> Result<Export, ClientError> {
    let mut misses = 0;
    let mut pause = PAUSE;
    while matches!(export.state, ExportState::Waiting | ExportState::Running) {
        browser::sleep(std::mem::replace(&mut pause, PAUSE)).await;
        match api.call::<ShowExport>(ExportPath { id: export.id }, NoArgs {}, NoBody {}).await {
            Ok(now) => {
                misses = 0;
                export = now;
            }
            Err(ClientError::Transport(_)) if misses < MISSES => misses += 1,
            Err(error) => {
                // A server that is busy says when it is not.
                let Some(wait) = error.retry_after().filter(|_| misses < MISSES) else { return Err(error) };
                misses += 1;
                pause = wait.max(PAUSE);
            }
        }
    }
    Ok(export)
}

fn tell(api: Api, notices: Notices, file: &str, body: NewExport, end: Result<Export, ClientError>) {
    let why = match end {
        Ok(export) if export.state == ExportState::Finished => {
            let rows = strings::export_rows(usize::try_from(export.rows).unwrap_or_default());
            return notices.success(strings::export_finished(file), Some(rows), None);
        }
        Ok(export) if export.state == ExportState::Expired => strings::export_expired().to_owned(),
        Ok(export) => {
            let how = strings::export_broken_how();
            export.failure.map_or_else(|| how.to_owned(), |why| format!("{how} {}", strings::server_says(&why)))
        }
        Err(error) => format!("{} {}", strings::export_lost(), explain(&error)),
    };
    let again = Again(Arc::new(move || {
        let body = body.clone();
        spawn_local(async move {
            if let Err(text) = start(api, notices, body).await {
                notices.failure(text, None, None);
            }
        });
    }));
    notices.failure_again(strings::export_broken(file), Some(why), again);
}
