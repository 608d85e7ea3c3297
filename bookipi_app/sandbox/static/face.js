// Everything works without this script; with it the log of requests is live, menus close by themselves,
// `/` goes to the search, and a form is sent once.
"use strict";

const EVERY = 2000;

function rowsOf(html) {
  const holder = document.createElement("tbody");
  holder.innerHTML = html;
  return [...holder.rows];
}

// New rows go on top; what is there stays, also what a reader has opened.
function bring(body, html) {
  const known = new Set([...body.rows].map((row) => row.dataset.key));
  const fresh = rowsOf(html).filter((row) => row.dataset.key && !known.has(row.dataset.key));
  if (!fresh.length) return;
  for (const row of body.querySelectorAll(".none")) row.remove();
  for (const row of fresh) row.classList.add("fresh");
  body.prepend(...fresh);
  while (body.rows.length > Number(body.dataset.most)) body.lastElementChild.remove();
}

async function look(section) {
  const address = new URL(section.dataset.live, location.href);
  address.searchParams.set("version", section.dataset.version);
  const answer = await fetch(address, { redirect: "error" });
  const shown = answer.ok ? await answer.json() : {};
  if (!shown.version) return;
  section.dataset.version = shown.version;
  for (const body of section.querySelectorAll("[data-rows]")) bring(body, shown[body.dataset.rows]);
  for (const text of section.querySelectorAll("[data-text]")) text.textContent = shown[text.dataset.text];
}

function keepLive(section) {
  const button = document.querySelector("[data-pause]");
  let paused = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on" : "Pause";
    button.setAttribute("aria-pressed", String(paused));
  });
  const again = async () => {
    // A server that restarts is asked again; a hidden page asks nothing.
    if (!paused && !document.hidden) await look(section).catch(() => undefined);
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
}

function openMenus() {
  return document.querySelectorAll("details.menu[open], details.confirm[open]");
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && search && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    search.focus();
  }
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second click while the first is on its way would save twice.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  if (event.target.method === "post") event.target.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const live = document.querySelector("[data-live]");
if (live) keepLive(live);
