//! Icons: Lucide, as inline SVG.

use leptos::prelude::*;

/// The icons in use, by what they stand for here.
pub mod icons {
    pub use icondata_lu::{
        LuAppWindow as APP_STREAM, LuArrowDown as DOWN, LuArrowLeft as BACK, LuArrowUp as UP, LuBell as NOTICES,
        LuBookOpen as DOCS, LuBookmark as VIEWS, LuCalendar as DATES, LuCheck as CHECK, LuChevronDown as OPEN,
        LuChevronLeft as PREVIOUS, LuChevronRight as NEXT, LuCircle as IDLE, LuCircleAlert as ALERT,
        LuCircleCheck as DONE, LuCircleDashed as PENDING, LuCircleHelp as UNKNOWN, LuCloud as CLOUD_DELIVERY,
        LuColumns3 as COLUMNS, LuContrast as CONTRAST, LuCopy as COPY, LuDownload as EXPORT, LuEllipsis as MORE,
        LuEye as WATCH, LuGripVertical as GRIP, LuHourglass as ENDING, LuKeyRound as TOKEN, LuKeyboard as KEYS,
        LuLayers as ALL, LuListChecks as BULK, LuListFilter as FILTER, LuLogOut as SIGN_OUT, LuMaximize as FULL_SCREEN,
        LuMonitor as CLOUD_DESKTOP, LuMoon as DARK, LuPackage as MANAGED_APP, LuPencil as RENAME, LuPlus as ADD,
        LuRefreshCw as AGAIN, LuScaling as SCALE, LuScreenShare as REMOTE_ACCESS, LuScrollText as AUDIT,
        LuSearch as SEARCH, LuServer as HOSTS, LuSettings as SETTINGS, LuShieldCheck as VERIFIED, LuSquare as OVER,
        LuSun as LIGHT, LuSunMoon as SYSTEM, LuTicket as SEATS, LuTrash2 as REMOVE, LuTriangleAlert as WARNING,
        LuUser as MINE, LuUsers as PEOPLE, LuWifiOff as OFFLINE, LuX as CLOSE,
    };
}

/// One icon, for the eye only: what it means stands beside it or in the label of what it is in.
#[component]
pub fn Icon(
    /// Which one.
    icon: icondata_core::Icon,
    /// Whether its inside is filled with its colour.
    #[prop(optional)]
    filled: bool,
) -> impl IntoView {
    view! {
        <svg
            class=if filled { "icon filled" } else { "icon" }
            viewBox="0 0 24 24"
            aria-hidden="true"
            focusable="false"
            inner_html=icon.data
        ></svg>
    }
    .into_any()
}
