/* Keys that work on every page: "/" goes to the search field, "c" to a new invoice, "?" shows the keys. They stay out of
   what is typed. Ctrl/⌘ K opens the palette from anywhere. */
const pressed = (name) => {
  const targets = [...document.querySelectorAll(`[data-key="${name}"]`)].filter((element) => element.offsetParent !== null);
  return targets.find((element) => element.closest("main")) || targets[0];
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("[role=dialog]")) pressed("palette")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]")) return;
  const name = { "/": "search", c: "create", "?": "keys" }[event.key];
  const target = name && pressed(name);
  if (!target) return;
  event.preventDefault();
  if (name === "search") target.focus();
  else target.click();
});

/* What stands for a key (a button, an entry of a menu, once the menu is gone) presses what the key presses. */
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-press]")?.dataset.press;
  if (name) setTimeout(() => pressed(name)?.click());
});

/* Where the focus was before a dialog opened, it is again when the dialog is gone. */
let before = null, opened = false;
document.addEventListener("focusin", ({ target }) => {
  if (!target.closest("[role=dialog], [role=alertdialog], [role=menu], [data-key=palette], [data-key=keys]")) before = target;
});
const giveBack = () => {
  const is = Boolean(document.querySelector("[role=dialog], [role=alertdialog]"));
  if (opened && !is) setTimeout(() => {
    const lost = document.activeElement === document.body || document.activeElement?.matches("[data-key=palette], [data-key=keys]");
    if (lost && before?.isConnected) before.focus();
  });
  opened = is;
};

/* The palette: the focus stays in the field, the arrows move the line that Enter takes. */
const options = () => [...document.querySelectorAll("#palette-list [role=option]")];
const choose = (option) => {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  const field = document.querySelector("[data-palette=field]");
  if (option) field?.setAttribute("aria-activedescendant", option.id);
  else field?.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
};
document.addEventListener("keydown", (event) => {
  if (event.target.dataset?.palette !== "field" || event.isComposing) return;
  const all = options(), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: event.ctrlKey ? 0 : NaN, End: event.ctrlKey ? all.length - 1 : NaN }[event.key];
  if (event.key === "Enter") all[Math.max(at, 0)]?.click();
  else if (!Number.isInteger(to) || !all.length) return;
  else choose(all[(to + all.length) % all.length]);
  event.preventDefault();
});
/* Chosen by the press: until the release, the answer to what was typed may have put another line there. */
const lineAt = (event) => event.target.closest("#palette-list [role=option]");
document.addEventListener("mousedown", (event) => {
  const line = event.button === 0 && lineAt(event);
  if (!line) return;
  event.preventDefault();
  line.click();
});
document.addEventListener("click", (event) => {
  if (event.isTrusted && event.detail && lineAt(event)) event.stopImmediatePropagation();
}, true);
const isInTabs = ({ target }) => Boolean((target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest?.(".tabs"));
new MutationObserver((changes) => {
  giveBack();
  if (changes.some(isInTabs)) tabShown = null; // its counts came, and it moved
  showTab();
  const all = options();
  if (all.length && !all.some((one) => one.getAttribute("aria-selected") === "true")) choose(all[0]);
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["aria-current"] });

/* Tabs roll on a phone: the one that is shown is in view. */
let tabShown = null;
const showTab = () => {
  const tab = document.querySelector(".tabs [aria-current]");
  if (tab && tab !== tabShown) {
    const at = tab.getBoundingClientRect(), bar = tab.parentElement.getBoundingClientRect();
    tab.parentElement.scrollLeft += Math.max(0, at.right - bar.right + 16) + Math.min(0, at.left - bar.left - 16);
  }
  tabShown = tab;
};

addEventListener("resize", () => {
  tabShown = null;
  showTab();
});

/* The browser knows first that the network is gone. */
for (const name of ["online", "offline"]) addEventListener(name, () => document.documentElement.toggleAttribute("data-offline", name === "offline"));

/* Signing out, and looking at another company, are forms that the browser sends itself: the menu only presses them. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sign-out]")) document.getElementById("sign-out").requestSubmit();
  const company = event.target.closest("[data-switch]")?.dataset.switch;
  if (!company) return;
  const form = document.getElementById("switch-company");
  form.elements.company.value = company;
  form.requestSubmit();
}, true);
