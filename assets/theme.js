/* Before the first paint: the colours chosen here last time, else the computer's. The page's own code takes over later. */
(() => {
  let chosen = "system";
  try { chosen = localStorage.getItem("theme") || "system"; } catch { /* storage is off: the computer's colours */ }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.add(dark ? "dark" : "light");
})();
