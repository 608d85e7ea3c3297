/* What the browser keeps while the page changes under a person's hands: the text of an open form when the server was
   gone and came back without it, and a place for the focus when what had it is gone. */

/* Forms whose text belongs to the browser; they have a name (`data-form`, else `aria-label`). A server that began anew
   draws its page anew: then the form is opened again (`data-opens`), and what was typed is put back. Only that: what
   nobody touched is as it is saved now. The server takes the opener as asked once, however often it is pressed. */
const ASK_AGAIN = 2000; // milliseconds: a page draws often while it loads
const SETTLES = 10000; // a form that came back may be closed once more while the page opens
const forms = new Map();
let at = location.pathname;
const nameOf = (form) => form?.dataset.form || form?.getAttribute("aria-label") || "";
const openerOf = (name) => document.querySelector(`[data-opens="${name}"]:not([disabled])`);
const isLost = () => document.documentElement.hasAttribute("data-offline") || Boolean(document.querySelector(".lost-bar:not(.only-offline)"));

const note = ({ target }) => {
  const name = nameOf(target.form);
  if (!name || !target.name || ["hidden", "file", "password", "radio"].includes(target.type)) return;
  if (!forms.has(name)) forms.set(name, { form: target.form, texts: new Map() });
  const kept = forms.get(name);
  kept.ended = false;
  kept.texts.set(target.name, target.type === "checkbox" ? target.checked : target.value);
};
addEventListener("input", note, true);
addEventListener("change", note, true);

/* A form that was sent, left or given up is over when it goes; while the connection is lost, nothing of that arrives. */
const end = (form) => {
  const kept = forms.get(nameOf(form));
  if (kept && !isLost()) kept.ended = true;
};
addEventListener("submit", ({ target }) => end(target), true);
addEventListener("click", ({ target }) => end(target.closest("button[type=button]")?.form), true);
addEventListener("keydown", ({ key, target }) => key === "Escape" && end(target.form), true);

const putBack = (form, texts) => {
  for (const [name, text] of texts) {
    const field = form.elements[name];
    if (!field || field instanceof RadioNodeList) continue;
    if (field.type === "checkbox") field.checked = text;
    else field.value = text;
  }
};
const openAgain = (name, kept) => {
  const opener = openerOf(name), now = performance.now(), wait = (kept.askAgain || 0) - now;
  clearTimeout(kept.timer);
  if (opener && wait > 0) kept.timer = setTimeout(keepTexts, wait);
  if (!opener || wait > 0) return;
  kept.askAgain = now + ASK_AGAIN;
  opener.click();
};
const keepTexts = () => {
  if (location.pathname !== at) {
    at = location.pathname;
    forms.clear();
    setTimeout(() => isFree() && document.getElementById("page")?.focus({ preventScroll: true }), 60);
  }
  const now = performance.now();
  for (const [name, kept] of forms) {
    const form = [...document.forms].find((one) => nameOf(one) === name);
    const comesBack = !kept.ended && now < (kept.until || 0);
    if (form && isLost()) Object.assign(kept, { form, until: Infinity, ended: false });
    else if (form && form !== kept.form) {
      if (comesBack) putBack(form, kept.texts);
      Object.assign(kept, { form, until: comesBack ? Math.min(kept.until, now + SETTLES) : 0 });
    } else if (!form && !comesBack) forms.delete(name);
    else if (!form && !isLost()) openAgain(name, kept);
  }
};

/* What a field begins with may change while the form is open: a field that nobody touched then says so. */
const follow = ({ target, type, oldValue, removedNodes }) => {
  if (!target.name || !nameOf(target.form)) return;
  const before = type === "attributes" ? oldValue : removedNodes[0]?.data ?? "";
  if (target.value === before && target.value !== target.defaultValue) target.value = target.defaultValue;
};

/* The focus: when what had it is gone or switched off, it goes to what stands there now, or to the page itself. */
const TAKES = "a[href], button:not([disabled], [tabindex='-1']), input[type=checkbox]:not([disabled]), [role=menuitem], summary";
let path = [], waits = false;
addEventListener("focusin", ({ target }) => {
  path = [];
  for (let one = target; one.parentElement; one = one.parentElement) path.push({ one, place: [...one.parentElement.children].indexOf(one) });
});
const canHold = (element) => element.getClientRects().length > 0 && !element.closest("[aria-hidden=true]");
const inside = (element) => [element, ...element.querySelectorAll(TAKES)].find((one) => one.matches(TAKES) && canHold(one));
const standsThere = () => {
  const fresh = document.querySelector("[data-takes-focus] input, [data-takes-focus] textarea");
  const form = path.find(({ one }) => one.tagName === "FORM")?.one;
  const opener = form && !form.isConnected && openerOf(nameOf(form));
  if (fresh || (opener && canHold(opener))) return fresh || opener;
  for (const [up, { one: parent }] of path.entries()) {
    if (parent.id === "page" || parent === document.body) break;
    if (!up || !parent.isConnected || parent.matches(".toasts")) continue;
    const around = [...parent.children], from = Math.max(0, Math.min(path[up - 1].place, around.length - 1));
    const found = [...around.slice(from), ...around.slice(0, from).reverse()].map(inside).find(Boolean);
    if (found) return found;
  }
  return document.querySelector("[role=dialog], [role=alertdialog]") || document.getElementById("page");
};
const isFree = () => document.activeElement === document.body || !document.activeElement || document.activeElement.disabled;
const isLeft = () => path.length > 0 && isFree() && (!path[0].one.isConnected || path[0].one.disabled);
const keepFocus = () => {
  if (waits || !isLeft()) return;
  waits = true;
  setTimeout(() => {
    waits = false;
    if (isLeft()) standsThere()?.focus({ preventScroll: true });
  }, 60);
};

/* A form that was sent and is wrong: its first wrong field takes the focus, wherever the form had been rolled to. */
const TOLD = 700; // milliseconds: what was wrong before may be wrong again, and then nothing changes
let sent = null;
const showWrong = () => {
  const wrong = sent?.isConnected && sent.querySelector("[aria-invalid=true]");
  if (!wrong) return;
  sent = null;
  wrong.focus();
};
addEventListener("submit", ({ target }) => {
  sent = target;
  setTimeout(showWrong, TOLD);
}, true);

new MutationObserver((changes) => {
  if (changes.some((one) => one.attributeName === "aria-invalid")) showWrong();
  changes.filter((one) => one.attributeName === "value" || (!one.attributeName && one.target.tagName === "TEXTAREA")).forEach(follow);
  keepTexts();
  keepFocus();
}).observe(document.documentElement, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "value", "aria-invalid"], attributeOldValue: true,
});
