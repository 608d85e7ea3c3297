/* Keys that work on every page: "/" goes to the search field, "c" to a new invoice. They stay out of what is typed. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]")) return;
  const name = { "/": "search", c: "create" }[event.key];
  const targets = [...document.querySelectorAll(`[data-key="${name}"]`)].filter((element) => element.offsetParent !== null);
  const target = name && (targets.find((element) => element.closest("main")) || targets[0]);
  if (!target) return;
  event.preventDefault();
  if (name === "search") target.focus();
  else target.click();
});

/* Signing out is a form that the browser sends itself; the menu's entry only presses its button. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sign-out]")) document.getElementById("sign-out").requestSubmit();
}, true);
