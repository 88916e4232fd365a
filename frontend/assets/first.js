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
