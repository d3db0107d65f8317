// What an accessibility checker would complain of in the widget as it stands: a list of sentences, empty when all is well.
() => {
  const root = document.querySelector("madoguchi-chat").shadowRoot;
  const found = [];
  const all = [...root.querySelectorAll("*")].filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
  const tell = (what, one) => found.push(`${what}: ${one.outerHTML.slice(0, 120)}`);

  const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      layers.push(colour);
      if ((colour[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((below, colour) => over(colour, below), [255, 255, 255]);
  };
  const contrast = (one) => {
    const [a, b] = [light(over(rgb(getComputedStyle(one).color), ground(one))), light(ground(one))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };

  for (const one of all) {
    const text = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const screenless = one.closest(".hidden") || one.closest("[inert]");
    if ((text || one.localName === "svg") && !screenless && contrast(one) < (text ? 4.5 : 3)) tell(`contrast ${contrast(one).toFixed(2)}`, one);
    if (one.matches("button, a[href]") && !one.closest("[inert]")) {
      const box = one.getBoundingClientRect();
      if (!(one.getAttribute("aria-label") || one.textContent.trim())) tell("no name", one);
      if (one.localName === "button" && (box.width < 24 || box.height < 24)) tell("too small", one);
    }
    for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant"]) {
      for (const id of one.getAttribute(name)?.split(" ") ?? []) if (!root.getElementById(id)) tell(`${name} ${id}`, one);
    }
    if (one.localName === "textarea" && !one.getAttribute("aria-label")) tell("no label", one);
    if (one.matches("[role=option]") && !one.closest("[role=listbox]")) tell("option without a list", one);
    if (one.matches("li") && !one.parentElement.matches("ul, ol")) tell("li without a list", one);
    if (one.tabIndex > 0) tell("tabindex", one);
    if (one.onclick || (one.localName === "div" && one.getAttribute("role") === "button")) tell("no button", one);
  }
  const ids = [...root.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((id, index) => ids.indexOf(id) !== index).forEach((id) => found.push(`id twice: ${id}`));
  return found;
}
