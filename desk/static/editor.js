// One article: checked and shown as customers meet it while it is typed; nothing typed is lost.

import { keepTyped } from "./editor_kept.js";
import { showTrial } from "./editor_trial.js";

const WAIT_MS = 400; // after the last key
const form = document.querySelector("form[data-editor]");
const csrf = document.querySelector("meta[name=csrf]").content;
const at = (name) => document.querySelector(`[data-${name}]`);

const WORDS = {
  checking: "検査しています…",
  away: "検査できませんでした（接続を確かめています）",
  signedOut: "サインインの期限が切れました。入力はこのブラウザに残っています。サインインし直してください。",
  sms: (sms) => `${sms.segments}通・${sms.units}文字（${sms.most}通、全角201文字まで）`,
  speech: (speech) => (speech.seconds ? `およそ${speech.seconds}秒` : ""),
  phrasings: (told) => `1行に1つ。言い回しの違うものを${told.least}件以上（いま${told.count}件）`,
};

async function ask(path, extra = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF": csrf, Accept: "application/json" } });
  if (answer.status === 401) throw new Error(WORDS.signedOut);
  if (!answer.ok) throw new Error(WORDS.away);
  return answer.json();
}

// Check and previews

let latest = 0;
let timer;

async function check() {
  const mine = (latest += 1);
  at("check-state").textContent = WORDS.checking;
  try {
    const found = await ask("/articles/-/check");
    if (mine !== latest) return;
    showProblems(found.problems);
    showPreview(found.preview);
    at("check-state").textContent = "";
  } catch (error) {
    if (mine !== latest) return;
    at("check-state").textContent = error instanceof TypeError ? WORDS.away : error.message;
    timer = window.setTimeout(check, 5000);
  }
}

function showProblems(problems) {
  for (const list of form.querySelectorAll("[data-told]")) {
    list.replaceChildren(...problems.filter((one) => one.field === list.dataset.told).map(item));
  }
  for (const field of form.elements) {
    const wrong = problems.some((one) => one.field === field.name && one.severity === "error");
    field.toggleAttribute?.("data-wrong", wrong);
    if (field.name) field.setAttribute("aria-invalid", String(wrong));
  }
  at("results").replaceChildren(...problems.map(link));
}

function item(problem) {
  const line = document.createElement("li");
  line.className = problem.severity;
  line.textContent = problem.message;
  return line;
}

function link(problem) {
  const line = item({ ...problem, message: "" });
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = problem.message;
  button.addEventListener("click", () => {
    const field = form.elements[problem.field];
    (field instanceof RadioNodeList ? field[0] : field)?.focus?.();
  });
  line.append(button);
  return line;
}

function showPreview({ web, sms, speech, phrasings }) {
  at("web").innerHTML = web; // made safe by the server: known tags, links of known schemes
  at("asked").textContent = form.elements.title.value;
  at("sms").textContent = sms.text;
  at("speech").textContent = speech.text;
  at("sms-measure").textContent = at("sms-count").textContent = WORDS.sms(sms);
  at("sms-measure").classList.toggle("over", sms.segments > sms.most);
  at("speech-measure").textContent = WORDS.speech(speech);
  at("phrasings-count").textContent = WORDS.phrasings(phrasings);
}

function soon() {
  window.clearTimeout(timer);
  timer = window.setTimeout(check, WAIT_MS);
}

// Which fields belong to the scope

function showScope() {
  const scope = form.elements.scope.value;
  for (const part of form.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== scope;
  for (const part of form.querySelectorAll("[data-not]")) part.hidden = part.dataset.not === scope;
}

// Tabs

const tabs = [...document.querySelectorAll("[role=tab]")];
function select(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", String(one === tab));
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
}
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(place + step + tabs.length) % tabs.length];
    select(next);
    next.focus();
  });
}
for (const name of ["web", "sms", "speech"]) {
  form.elements[name].addEventListener("focus", () => select(document.getElementById(`tab-${name}`)));
}

// Related articles

function related(id, title) {
  const line = document.createElement("li");
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "related", value: id });
  const text = document.createElement("span");
  text.textContent = title;
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  remove.dataset.remove = "";
  remove.setAttribute("aria-label", "関連記事から外す");
  line.append(field, text, remove);
  return line;
}
function showRelated(ids) {
  const titles = Object.fromEntries([...at("add-related").options].map((option) => [option.value, option.textContent]));
  at("related").replaceChildren(...ids.map((id) => related(id, titles[id] ?? id)));
}
at("add-related").addEventListener("change", (event) => {
  const option = event.target.selectedOptions[0];
  const known = [...at("related").querySelectorAll("input")].some((field) => field.value === option.value);
  if (option.value && !known) at("related").append(related(option.value, option.textContent));
  event.target.value = "";
  changed();
});
at("related").addEventListener("click", (event) => {
  if (!("remove" in event.target.dataset)) return;
  event.target.closest("li").remove();
  changed();
});

// Hearing the words

const voice = () => window.speechSynthesis?.getVoices().find((one) => one.lang.startsWith("ja") && one.localService);
function offerVoice() {
  at("speak").hidden = !voice();
}
window.speechSynthesis?.addEventListener?.("voiceschanged", offerVoice);
at("speak").addEventListener("click", () => {
  const words = new SpeechSynthesisUtterance(at("speech").textContent);
  Object.assign(words, { lang: "ja-JP", voice: voice() });
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(words);
});

// Trying a question

async function tryQuestion() {
  const question = at("question").value.trim();
  if (!question) return;
  at("try").disabled = true;
  try {
    showTrial(at("trial"), await ask("/articles/-/try", { question }), form.elements.id.value);
  } catch (error) {
    at("trial").textContent = error instanceof TypeError ? WORDS.away : error.message;
  } finally {
    at("try").disabled = false;
  }
}
at("try").addEventListener("click", tryQuestion);
at("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault(); // never saves the article
  tryQuestion();
});

const kept = keepTyped(form, { ids: showRelated, restored: changed });
function changed() {
  kept.keep();
  showScope();
  soon();
}
form.addEventListener("input", (event) => event.target.name && changed());
form.addEventListener("change", (event) => event.target.name && changed());
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault(); // saving is a button
});
showScope();
offerVoice();
check();
