// How a question fares: with the live release, and with the draft in it.

const DECISIONS = {
  answer: "そのまま回答します",
  clarify: "候補を並べて選んでもらいます",
  rephrase: "言い換えをお願いします",
  decline: "分からないと正直に伝えます",
  hand_off: "担当者におつなぎします",
  talk: "あいさつなど、会話として受け答えします",
};

export function showTrial(place, found, id) {
  const parts = [verdict(found)];
  if (found.draft) parts.push(...ranking("この記事を公開したら", found.draft, id, found.plain));
  if (found.live) parts.push(...ranking("いまの公開版", found.live, id, found.plain));
  if (found.plain) parts.push(element("p", "soft", "言葉の意味を調べるしくみが止まっているため、文字の重なりだけで調べました。"));
  place.replaceChildren(...parts);
}

function verdict({ draft, plain }) {
  if (!draft) return element("p", "verdict", "入力に直すところがあるため、この記事を含めて試せませんでした。検査結果をご覧ください。");
  const first = draft.place === 1;
  const answered = first && (plain || draft.decision === "answer" || draft.decision === "hand_off");
  if (answered) return element("p", "verdict good", "この記事が1番目に選ばれます。");
  if (first) return element("p", "verdict", "この記事が1番目の候補ですが、確信が足りません。この言い回しを「お客様の聞き方」に加えると答えやすくなります。");
  if (draft.place) return element("p", "verdict", `この記事は${draft.place}番目です。上の記事との違いがはっきりする聞き方を加えてみてください。`);
  return element("p", "verdict", "この質問では、この記事は選ばれません。この記事で答える質問なら、「お客様の聞き方」に加えてください。");
}

function ranking(title, trial, id, plain) {
  const head = element("h3", "", title);
  if (trial.decision) head.append(element("span", "", DECISIONS[trial.decision] ?? trial.decision));
  const list = document.createElement("ol");
  for (const candidate of trial.candidates) {
    const line = element("li", candidate.article_id === id ? "own" : "");
    const row = document.createElement("span");
    row.append(element("span", "", candidate.title), element("span", "figures", `${Math.round(candidate.probability * 100)}${plain ? "" : "%"}`));
    line.append(row);
    list.append(line);
  }
  if (!trial.candidates.length) list.append(element("li", "", "候補はありません"));
  return [head, list];
}

function element(name, kind, text = "") {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}
