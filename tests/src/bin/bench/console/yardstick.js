// Plain JavaScript, as one writes it who wants it quick: elements are made one by one, and put into the page at once.
const drawn = Number(new URLSearchParams(location.search).get("rows"));
const number = new Intl.NumberFormat("en-GB");
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const icons = {
  kind: '<rect x="2" y="4" width="20" height="16" rx="2"/><path d="M10 4v4"/><path d="M2 8h20"/><path d="M6 4v4"/>',
  status: '<circle cx="12" cy="12" r="10"/>',
  yes: '<path d="M20 6 9 17l-5-5"/>',
  more: '<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>',
};

const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

const icon = (name) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  made.setAttribute("focusable", "false");
  made.innerHTML = icons[name];
  return made;
};

const cell = (kind, field, label, inside, tip) =>
  element("td", { class: kind, role: "gridcell", "data-field": field, "data-label": label, "data-tip": tip }, inside || "–");

const button = (label, whyNot) =>
  element("button", {
    type: "button", class: "button small", tabindex: "-1", "aria-description": whyNot, "data-tip": whyNot,
    "aria-disabled": whyNot && "true",
  }, label);

const actions = (session) => {
  const all = session.actions;
  const made = element("div", { class: "actions" });
  for (const action of all.slice(0, 2)) made.append(button(action.verb, action.why_not));
  if (all.length > 2) {
    const more = element("button", {
      type: "button", class: "button small icon-only", tabindex: "-1", "aria-haspopup": "menu", "aria-expanded": "false",
      "aria-label": `More actions: ${session.resource.name}`,
    }, icon("more"));
    made.append(element("span", { class: "menu" }, more));
  }
  return made;
};

const row = (session, place) => {
  const started = new Date(session.started_at);
  const seconds = (Date.now() - started) / 1000;
  const status = element("span", { class: "status live" }, icon("status"), element("span", { class: "status-word" }, session.status));
  const person = `${session.user.display_name} · ${session.user.username} · ${session.user.email}`;
  return element("tr",
    { role: "row", "aria-selected": "false", "aria-rowindex": place + 2, tabindex: place ? "-1" : "0", "data-session": session.id },
    element("td", { class: "c-check", role: "gridcell" },
      element("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select session ${session.id}` })),
    cell("c-id", "id", "ID", element("a", { href: `/sessions/${session.id}`, tabindex: "-1" }, String(session.id))),
    cell("c-more", "kind", "Kind", element("span", { class: "kind" }, icon("kind"), session.kind)),
    cell("c-user", "user", "User", session.user.display_name, person),
    cell("c-app", "app", "App", session.resource.name),
    cell("c-status", "status", "Status", element("div", { class: "status-cell" }, status, element("span", { class: "command" }))),
    cell("c-more", "connected", "Connected", element("span", { class: "yes" }, icon("yes"), session.connected ? "Yes" : "No")),
    cell("c-start", "started_at", "Started",
      element("time", { class: "moment", datetime: session.started_at }, time.format(started))),
    cell("c-more", "duration", "Duration",
      element("span", { class: "num", "data-tip": `${Math.floor(seconds)} s` }, `${number.format(Math.floor(seconds / 60))} min`)),
    cell("c-more", "ip", "IP", session.ip),
    cell("c-more", "terminal", "Terminal", session.terminal),
    cell("c-more", "access", "Access", session.access),
    element("td", { class: "c-actions", role: "gridcell" }, actions(session)),
  );
};

let order = 0;
const draw = async () => {
  const answer = await fetch(`/list/${order}`);
  order = 1 - order;
  const { items } = await answer.json();
  document.querySelector("tbody").replaceChildren(...items.slice(0, drawn).map(row));
};

const headers = ["", "id", "kind", "user", "app", "status", "connected", "started_at", "duration", "ip", "terminal", "access", ""];
document.querySelector("thead").append(element("tr", {}, ...headers.map((name) => element("th", {}, name))));
document.querySelector("#again").addEventListener("click", draw);
draw();
