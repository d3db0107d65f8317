// Puts the chat on the page that holds our one script tag; the tag's data- attributes are the settings.

import { ChatElement } from "./element.js";

const NAME = "madoguchi-chat";
const TAG = document.currentScript;

function mount() {
  const element = document.createElement(NAME);
  element.setAttribute("server", new URL(".", TAG.src).href);
  for (const name of ["label", "open", "identity", "link", "color", "position", "theme"]) {
    if (TAG.dataset[name]) element.setAttribute(name, TAG.dataset[name]);
  }
  document.body.append(element);
}

if (TAG?.src && !customElements.get(NAME)) {
  customElements.define(NAME, ChatElement);
  if (document.body) mount();
  else document.addEventListener("DOMContentLoaded", mount);
}
