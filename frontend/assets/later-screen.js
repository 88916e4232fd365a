// noVNC, for the pages that show a screen. A module of ours that imports its module, since the content security policy
// allows no script in a page.
import RFB from "/novnc/core/rfb.js";

window.deskwardenScreen = RFB;
// Not the script's own event: the browser fires that one before noVNC has found out what the browser can do.
window.dispatchEvent(new Event("deskwarden-screen"));
