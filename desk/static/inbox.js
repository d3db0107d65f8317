// The agents' page: joins the lists, the transcript and the composer over one socket.

import { wireArticleNote } from "./article_note.js";
import { Assist } from "./assist.js";
import { Canned } from "./canned.js";
import { wireColleagues } from "./colleagues.js";
import { Composer } from "./composer.js";
import { wireFolded } from "./fold.js";
import { Link } from "./link.js";
import { showNotes } from "./notes.js";
import { Offer } from "./offer.js";
import { Lists } from "./queue.js";
import { Toasts } from "./toast.js";
import { Transcript } from "./transcript.js";
import { Work } from "./work.js";

const ACTIVE_EVERY_MS = 60_000;
const root = document.querySelector("[data-inbox]");
const ticket = root.dataset.ticket ?? "";
const me = document.querySelector(".who-name").textContent;
const lists = new Lists(root);
const work = new Work(root);
const offer = new Offer(document);
const log = root.querySelector("[data-transcript]");
const transcript = log ? new Transcript(log, root.querySelector("[data-typing]"), root.dataset.called, ticket) : null;
const toasts = new Toasts(document.querySelector(".toasts"));
const linkState = root.querySelector("[data-link]");
const problem = root.querySelector("[data-problem]");
wireFolded(root);
let leaving = false; // a form of ours is under way and will bring the new page itself

const link = new Link(ticket, {
  connected() {
    linkState.textContent = "";
    composer?.resend();
  },
  lost() {
    linkState.textContent = "接続が切れました。つなぎ直しています…";
  },
  queue(frame) {
    const mine = lists.show(frame);
    work.show(frame.work);
    offer.show([...lists.rows.values()], root.dataset.me);
    tellCalls();
    const away = root.querySelector("[data-away]");
    if (away) away.hidden = !mine || mine.present || mine.channel !== "チャット" || transcript.over;
  },
  ticket(frame) {
    const atEnd = transcript?.atEnd();
    showNotes(root.querySelector("[data-notes]"), frame.notes);
    if (atEnd) transcript.scrollDown(); // the notes take room of the transcript
    const hand = root.querySelector("[data-hand]");
    if (hand) hand.hidden = !frame.hand_up;
    const changed = frame.state !== root.dataset.state || (frame.owner ?? "") !== root.dataset.owner;
    if (!changed || leaving) return;
    keepNote();
    if (frame.state === "assigned" && frame.owner !== root.dataset.me) location.assign(`/inbox/${ticket}?lost=1`);
    else location.replace(`/inbox/${ticket}`);
  },
  word(frame) {
    transcript?.add(frame);
    if (frame.dial?.agent === root.dataset.me) toasts.show(frame, frame.dial.text, ticket);
    if (frame.from === "customer" && frame.kind === "message") assist?.refresh();
    if (frame.from === "agent") composer?.done(frame.id.replace(/^agent:/, ""));
  },
  typing() {
    transcript?.typing();
  },
  seen(frame) {
    transcript?.seenTo(frame);
    root.querySelector("[data-over]")?.toggleAttribute("hidden", !transcript?.over);
    if (transcript?.over) root.querySelector("[data-away]")?.setAttribute("hidden", "");
  },
  texts(frame) {
    transcript?.textsTold(frame);
  },
  ack(frame) {
    composer?.done(frame.id);
  },
  error(frame) {
    if (frame.code === "doubtful") {
      if (!composer?.doubt(frame.id, frame.message)) transcript?.takeBack(frame.id);
      return;
    }
    if (frame.id) {
      transcript?.failed(frame.id);
      composer?.giveBack(frame.id);
    }
    if (problem) {
      problem.textContent = frame.message;
      problem.hidden = false;
    }
  },
});

const form = root.querySelector("[data-composer]");
const composer = form
  ? new Composer(form, ticket, {
      send: (said) => link.send({ type: "say", id: said.id, text: said.text, sure: said.sure }),
      typing: () => link.send({ type: "typing" }),
      onPending: (said) => {
        problem.hidden = true;
        transcript.pending(said, me);
      },
    })
  : null;

// Of my other talks; this one's words tell it themselves.
function tellCalls() {
  for (const { number, owner, notice } of lists.rows.values()) {
    if (notice && number !== ticket && owner === root.dataset.me) toasts.show(notice, notice.text, number);
  }
}

// A note that is being written when the talk goes to somebody else is found again on the page that comes.
const KEPT = `kept-note:${ticket}`;
const kept = root.querySelector("[data-kept]");

function keepNote() {
  const written = [...document.querySelectorAll("[data-dialog] textarea[name=note], [data-kept] textarea")];
  const text = written.map((field) => field.value.trim()).find(Boolean);
  if (text) sessionStorage.setItem(KEPT, text);
}

const keptText = kept && sessionStorage.getItem(KEPT);
if (keptText) {
  kept.querySelector("textarea").value = keptText;
  kept.hidden = false;
  sessionStorage.removeItem(KEPT);
}

const panel = document.querySelector("[data-assist]");
const assist = panel ? new Assist(panel, ticket, composer && ((text) => composer.insert(text))) : null;
const canned = root.querySelector("[data-dialog=canned]");
if (canned) new Canned(canned, composer.field, (text) => composer.insert(text));

const giving = root.querySelector("[data-dialog=transfer], [data-dialog=assign]");
if (giving) wireColleagues(giving, ticket);

const articleNote = root.querySelector("[data-article-note]");
if (articleNote) wireArticleNote(articleNote);

for (const each of document.querySelectorAll("form[method=post]")) {
  each.addEventListener("submit", (event) => {
    leaving = !event.defaultPrevented;
  });
}

let activeAt = 0;
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => {
    if (Date.now() - activeAt > ACTIVE_EVERY_MS && link.send({ type: "active" })) activeAt = Date.now();
  });
}
