// Before the first paint: the theme, so that the page does not flash in another one, and the language, so that its words
// are on their way before the program is.
const root = document.documentElement;
const kept = (key) => {
  try {
    return localStorage.getItem(`deskwarden.${key}`);
  } catch {
    return null; // No storage allowed: as the system has it.
  }
};

const theme = kept("theme");
if (["light", "dark", "contrast"].includes(theme)) root.dataset.theme = theme;
const more = matchMedia("(prefers-contrast: more)");
const contrast = () => root.toggleAttribute("data-more-contrast", more.matches);
more.addEventListener("change", contrast);
contrast();

const files = document.querySelector("meta[name=deskwarden-words]").dataset;
const chosen = kept("language");
for (const wanted of chosen ? [chosen] : navigator.languages) {
  const language = wanted.split("-")[0].toLowerCase();
  if (files[language]) {
    root.lang = language;
    globalThis.deskwardenWords = fetch(files[language], { signal: AbortSignal.timeout(8000) })
      .then((answer) => (answer.ok ? answer.text() : null))
      .catch(() => null);
  }
  if (language === "en" || files[language]) break;
}

// What the program asks for first is on its way before the program is: who is signed in, and then the list, where the
// address is the list's and nothing else. The program's own question takes the answer that is there; what it does not
// ask for so is dropped.
const elsewhere = document.querySelector("meta[name=deskwarden-api]").content;
if (!elsewhere && navigator.locks && kept("signed-in")) {
  const early = new Map();
  const plain = globalThis.fetch;
  const ask = (path, options) => {
    // Read as it comes: when the program asks, the list is drawn with the page around it, and not after that.
    const answer = plain(path, options).then((answer) => {
      const body = answer.arrayBuffer();
      body.catch(() => {});
      answer.arrayBuffer = () => body;
      return answer;
    });
    answer.catch(() => {});
    early.set(new URL(path, location).href, answer);
    return answer;
  };
  globalThis.fetch = (asked, options) => {
    const address = asked instanceof Request ? asked.url : new URL(asked, location).href;
    const answer = early.get(address);
    early.delete(address);
    return answer ? answer.catch(() => plain(asked, options)) : plain(asked, options);
  };
  const isList = location.pathname === "/sessions" && !location.search;
  // One tab at a time, as in the program (api.rs).
  navigator.locks
    .request("deskwarden.refresh", async () => {
      const answer = await ask("/api/v1/auth/refresh", { method: "POST" });
      return answer.ok && isList ? JSON.parse(new TextDecoder().decode(await answer.arrayBuffer())) : null;
    })
    .then((session) => {
      if (!session) return;
      const headers = { authorization: `Bearer ${session.access_token}` };
      for (const path of ["sessions?limit=50&total=none", "views", "sessions/total?total=capped"]) {
        ask(`/api/v1/${path}`, { headers });
      }
    })
    .catch(() => {});
}
