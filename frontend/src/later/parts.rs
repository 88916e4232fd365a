//! The parts, and the file that each is in. Parts that are often needed together share a file.

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use super::Build;
use crate::{
    confirm::Asked,
    keys::KeysDialog,
    pages::{
        audit::AuditPage,
        bulk::BulkPage,
        hosts::HostsPage,
        my::MyPage,
        people::PeoplePage,
        screen::{ScreenPage, WatchPage},
        seats::SeatsPage,
        session::KnownSession,
        sessions::find::{
            chips::ActiveFilters, dates::DatesPanel, export::ExportDialog, fault::FilterFault, filter::FilterPanel,
            suggest::SearchHelp, views::KeptViews, views_panel::ViewsPanel,
        },
        sessions::{ArrangeDialog, MassBar, OrderChoice},
        set_up::SetUpPage,
        settings::{EnvironmentsPage, MethodsPage, ProvisionsPage, ResourcesPage, SettingsPage, TokensPage},
        sign_in::SignInPage,
    },
    shell::{Account, Told},
};

/// `file: name => component`: code that only the component needs goes to `file`, and `name` loads it.
macro_rules! parts {
    ($($file:ident: $name:ident => $component:ident;)+) => {
        mod split {
            use super::*;
            $(
                #[wasm_split($file, wasm_split_path = ::leptos::wasm_split, fallible)]
                pub fn $name() -> Result<Build, SplitLoaderError> {
                    Ok(|| view! { <$component /> }.into_any())
                }
            )+
        }
        $(
            #[doc = concat!("Loads `", stringify!($component), "`.")]
            pub fn $name() -> futures_util::future::LocalBoxFuture<'static, Result<Build, SplitLoaderError>> {
                Box::pin(split::$name())
            }
        )+
    };
}

parts! {
    session: session => KnownSession;
    confirm: confirm => Asked;
    my: my => MyPage;
    screen: screen => ScreenPage;
    screen: watching => WatchPage;
    pages: hosts => HostsPage;
    pages: audit => AuditPage;
    pages: bulk => BulkPage;
    pages: settings => SettingsPage;
    pages: tokens => TokensPage;
    pages: people => PeoplePage;
    pages: seats => SeatsPage;
    pages: resources => ResourcesPage;
    pages: provisions => ProvisionsPage;
    pages: environments => EnvironmentsPage;
    pages: methods => MethodsPage;
    entry: set_up => SetUpPage;
    entry: sign_in => SignInPage;
    tools: account => Account;
    tools: told => Told;
    tools: keys => KeysDialog;
    find: search_help => SearchHelp;
    find: active_filters => ActiveFilters;
    find: filter_fault => FilterFault;
    find: filter_panel => FilterPanel;
    find: dates_panel => DatesPanel;
    find: kept_views => KeptViews;
    find: views_panel => ViewsPanel;
    tools: export => ExportDialog;
    tools: arrange => ArrangeDialog;
    find: mass_bar => MassBar;
    cards: order_choice => OrderChoice;
}
