//! The refresh cookie.

use actix_web::cookie::{Cookie, SameSite, time::Duration};

/// Its name.
pub const REFRESH_COOKIE: &str = "dw_refresh";
/// For how long a sign-in may go on without being used, in seconds.
pub const REFRESH_SECONDS: i64 = 7 * 86_400;
/// For how long a sign-in may go on at all, in seconds.
pub const SIGN_IN_SECONDS: i64 = 30 * 86_400;

/// The cookie that carries a refresh token. No script reads it, no other site sends it, and it goes
/// nowhere but where it is used.
pub fn refresh_cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build(REFRESH_COOKIE, token)
        .path("/api/v1/auth")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(Duration::seconds(REFRESH_SECONDS))
        .finish()
}

/// Takes the cookie away.
pub fn no_refresh_cookie(secure: bool) -> Cookie<'static> {
    let mut cookie = refresh_cookie(String::new(), secure);
    cookie.make_removal();
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_and_no_other_site_gets_the_cookie() {
        let text = refresh_cookie("abc".to_owned(), true).to_string();
        for part in ["dw_refresh=abc", "HttpOnly", "SameSite=Strict", "Secure", "Path=/api/v1/auth", "Max-Age=604800"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!refresh_cookie("abc".to_owned(), false).to_string().contains("Secure"));
        assert!(no_refresh_cookie(false).to_string().contains("Max-Age=0"));
    }
}
