// Builds elements. Text only ever goes in as text; nothing here (or anywhere in the widget) parses HTML.

const SVG = "http://www.w3.org/2000/svg";

// h("button", {class: "send", onclick: f, "aria-label": "送信"}, "text", node, null)
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function button(className, label, onclick, props = {}) {
  return h("button", { type: "button", class: className, onclick, ...props }, label);
}

// Words for screen readers only.
export function hidden(text) {
  return h("span", { class: "hidden" }, text);
}

// Changes an attribute or a text only when it differs, so that live regions do not repeat themselves.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const SHAPES = {
  chat: ["M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1A.6.6 0 0 1 5.4 19.7V16A2.5 2.5 0 0 1 4 13.6z", "M8.2 8.2h7.6M8.2 11.4h4.8"],
  close: ["M6 6l12 12M18 6L6 18"],
  send: ["M4.2 12L20 4.6l-4.4 15-4.1-6z", "M11.5 13.6L20 4.6"],
  list: ["M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4 6.5h.6M4 12h.6M4 17.5h.6"],
  phone: ["M5.5 4h3.6l1.6 4.2-2.2 1.5a11.5 11.5 0 0 0 5.8 5.8l1.5-2.2 4.2 1.6v3.6a1.5 1.5 0 0 1-1.6 1.5A15.7 15.7 0 0 1 4 5.6 1.5 1.5 0 0 1 5.5 4z"],
  person: ["M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5z", "M4.8 20c.6-3.6 3.5-5.6 7.2-5.6s6.6 2 7.2 5.6"],
  bot: ["M5 10.5A2.5 2.5 0 0 1 7.5 8h9a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 5 16.5z", "M12 8V4.5M9.3 12.6v1.4M14.7 12.6v1.4M2.8 12.5v2.5M21.2 12.5v2.5"],
  up: ["M7.5 11l3.4-7c1.5 0 2.5 1 2.5 2.5V9.5h4.7a1.8 1.8 0 0 1 1.8 2.1l-1.1 6.3a1.9 1.9 0 0 1-1.9 1.6H7.5z", "M7.5 11H4v8.5h3.5"],
  down: ["M16.5 13l-3.4 7c-1.5 0-2.5-1-2.5-2.5V14.5H5.9a1.8 1.8 0 0 1-1.8-2.1l1.1-6.3A1.9 1.9 0 0 1 7.1 4.5h9.4z", "M16.5 13H20V4.5h-3.5"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  arrow: ["M9 6l6 6-6 6"],
  bottom: ["M12 5v13M6.5 13L12 18.5 17.5 13"],
  save: ["M12 4v10.5M7.5 10.5L12 15l4.5-4.5M5 19.5h14"],
  end: ["M14.5 7.5V5.3A1.3 1.3 0 0 0 13.2 4H6.3A1.3 1.3 0 0 0 5 5.3v13.4A1.3 1.3 0 0 0 6.3 20h6.9a1.3 1.3 0 0 0 1.3-1.3v-2.2M10 12h10M17 9l3 3-3 3"],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 11v5.5M12 7.6v.3"],
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

// "14:05", "2026-09-03", "9月3日（木）" of an ISO time, in the reader's own time zone.
export function clock(iso) {
  const at = new Date(iso);
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
}

export function dayKey(iso) {
  const at = new Date(iso);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}
