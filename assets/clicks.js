/* What a click does in the browser itself: copy a text, print the page; and what printing does in the app. */
document.addEventListener("click", (event) => {
  const copies = event.target.closest("[data-copy]");
  if (copies) copyText(copies.dataset.copy);
  if (event.target.closest("[data-print]")) window.print();
}, true);

/* However the page is printed, by the browser's own menu too: what it holds is known outside from then on. */
addEventListener("beforeprint", () => document.querySelector("[data-printed]")?.click());

/* A field that is there to be copied is selected whole as soon as it has the focus. */
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-select-all]")) event.target.select();
});

function copyText(text) {
  if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => copyByHand(text));
  else copyByHand(text);
}

/* Where the browser keeps its clipboard from pages without https: a field out of sight, selected and copied. */
function copyByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
