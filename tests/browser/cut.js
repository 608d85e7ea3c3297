/* What of the page's elements that match `never` is cut, sticks out, or is an amount on two lines: a line for each. */
(never) => {
  const overflow = (element) => getComputedStyle(element).overflowX;
  const rolls = (element) => element && (["auto", "scroll"].includes(overflow(element)) || rolls(element.parentElement));
  const hides = (element) => ["hidden", "clip"].includes(overflow(element)) && element.clientWidth > 1;

  const edge = (element) => {
    let right = innerWidth;
    for (let over = element.parentElement; over; over = over.parentElement)
      if (hides(over)) right = Math.min(right, over.getBoundingClientRect().right);
    return right;
  };
  const lines = (element) => {
    const style = getComputedStyle(element), words = document.createRange();
    words.selectNodeContents(element);
    return words.getBoundingClientRect().height / parseFloat(style.lineHeight);
  };
  const wrong = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width <= 1 || rolls(element)) return "";
    if (box.right > edge(element) + 1) return "sticks out";
    if (hides(element) && element.scrollWidth > element.clientWidth + 1) return "is cut";
    return element.matches(".num, .v") && !element.children.length && lines(element) > 1.8 ? "takes two lines" : "";
  };

  const told = (element) => `${element.innerText.slice(0, 50)} (${element.className}) ${wrong(element)}`;
  return [...document.querySelectorAll(never)].filter(wrong).map(told);
};
