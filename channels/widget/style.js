// Looks of the widget, as a constructed style sheet (allowed by a CSP without unsafe-inline).

export const STYLE = `
:host { all: initial; --accent: #12505f; --on-accent: #fff; --ink: #1a262d; --soft: #52616a; --line: #d5dfe3; --line-strong: #b8c6cc; --edge: #7a8a93; --frame: #c3cfd4;
  --paper: #fff; --ground: #f2f6f7; --tint: #e6f0f1; --tint-edge: #c4dade; --hover: #eef5f6; --veil: #1b2a3114; --deep: #0d4654; --deep-edge: #12505f; --link: #0a4fb3; --focus: #0b57d0;
  --quiet: #dfe8eb; --quiet-ink: #3f4d55; --system: #e9eef0; --system-edge: #ccd7dc; --off: #e1e8eb; --off-ink: #5f6d75;
  --warm: #fff6e6; --warm-hover: #ffefd2; --warm-edge: #e8c88f; --warm-line: #c48a35; --warm-ink: #8a4300; --trouble: #fff4d6; --trouble-edge: #e3c25c;
  --bad: #a8201a; --bad-ground: #fdeeec; --bad-edge: #eab4af; --bad-ink: #7c1612;
  position: fixed; z-index: 2147483000; right: 0; bottom: 0; color-scheme: light; font: 15px/1.65 "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, system-ui, sans-serif; }
:host([dark]) { --ink: #e7edf0; --soft: #a7b5bd; --line: #35424a; --line-strong: #52626b; --edge: #7d8f99; --frame: #46555e;
  --paper: #1c252b; --ground: #141b20; --tint: #1f3037; --tint-edge: #35505a; --hover: #27343b; --veil: #ffffff1f; --deep: #a6dbe6; --deep-edge: #5fa3b1; --link: #8fc1ff; --focus: #8ab8ff;
  --quiet: #2d3a42; --quiet-ink: #c6d2d8; --system: #243037; --system-edge: #3b4a53; --off: #2d3a42; --off-ink: #9aa9b1;
  --warm: #33291a; --warm-hover: #40331f; --warm-edge: #6b5330; --warm-line: #b98a45; --warm-ink: #ffc078; --trouble: #38300f; --trouble-edge: #7d6a22;
  --bad: #ff9a92; --bad-ground: #3d1f1d; --bad-edge: #7d3a35; --bad-ink: #ffc9c4; color-scheme: dark; }
:host([position="left"]) { right: auto; left: 0; }
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; padding: 0; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; background: none; border: 0; }
button:disabled { cursor: default; }
ul, ol { list-style: none; }
svg { width: 1.3em; height: 1.3em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher { position: fixed; right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px;
  min-height: 56px; padding: 0 22px 0 18px; border-radius: 28px; color: var(--on-accent); background: var(--accent); border: 1px solid #ffffff59; font-weight: 600; letter-spacing: .02em;
  box-shadow: 0 2px 6px #0b1d2433, 0 10px 28px #0b1d2447; transition: transform .16s, box-shadow .16s; }
:host([position="left"]) .launcher { right: auto; left: calc(20px + env(safe-area-inset-left)); }
.launcher:hover { transform: translateY(-2px); box-shadow: 0 4px 10px #0b1d2433, 0 16px 36px #0b1d2457; }
.launcher:focus-visible { outline: 3px solid #fff; outline-offset: 0; box-shadow: 0 0 0 6px var(--focus); }
.launcher svg { width: 26px; height: 26px; }
.badge { position: absolute; top: -6px; right: -4px; min-width: 24px; height: 24px; padding: 0 6px; border-radius: 12px; color: #fff; background: #b3261e; border: 2px solid #fff; font-size: 12px; line-height: 20px; text-align: center; }

.panel { position: fixed; right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom)); width: 400px; height: min(700px, var(--height, 100vh) - 40px); color: var(--ink); background: var(--paper);
  border: 1px solid var(--frame); border-radius: 18px; overflow: hidden; box-shadow: 0 4px 12px #0b1d2426, 0 24px 64px #0b1d244d; animation: rise .2s ease-out; }
:host([position="left"]) .panel { right: auto; left: calc(20px + env(safe-area-inset-left)); }
@keyframes rise { from { opacity: 0; transform: translateY(14px); } }
.main { display: flex; flex-direction: column; height: 100%; padding-bottom: env(safe-area-inset-bottom); }
header { display: flex; align-items: center; gap: 12px; padding: 12px 10px 12px 16px; color: var(--on-accent); background: var(--accent); }
header .logo { display: grid; place-items: center; width: 40px; height: 40px; border-radius: 12px; background: #ffffff26; border: 1px solid #ffffff40; }
.names { flex: 1; min-width: 0; }
.title { font-size: 16px; line-height: 1.4; font-weight: 700; letter-spacing: .02em; }
.title:focus-visible { outline-color: currentColor; }
.subtitle { display: flex; align-items: center; gap: 6px; font-size: 12.5px; line-height: 1.5; }
.subtitle::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: #7fe0b5; border: 1px solid #ffffffb3; }
[data-talking-to="queue"] .subtitle::before { background: #ffd27a; }
[data-talking-to="agent"] .subtitle::before { background: #ffb357; }
.tool { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 12px; }
.tool:hover { background: var(--veil); }
header .tool:hover { background: #ffffff26; }
header .tool:focus-visible { outline-color: currentColor; outline-offset: -4px; }

.queue, .trouble, .notice { display: flex; align-items: center; gap: 8px 12px; padding: 9px 16px; border-bottom: 1px solid var(--line); font-size: 13.5px; line-height: 1.55; }
.queue { background: var(--warm); border-color: var(--warm-edge); justify-content: space-between; flex-wrap: wrap; }
.queue .number { margin-left: 8px; font-weight: 700; font-size: 15px; letter-spacing: .06em; font-variant-numeric: tabular-nums; }
.trouble { display: block; background: var(--trouble); border-color: var(--trouble-edge); }
.trouble .ways { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-top: 4px; }
.notice { background: var(--bad-ground); border-color: var(--bad-edge); color: var(--bad-ink); padding-right: 6px; }
.notice p { flex: 1; }
a { color: var(--link); text-decoration: underline; text-underline-offset: 3px; border-radius: 3px; overflow-wrap: anywhere; }
a:hover { text-decoration-thickness: 2px; }

.talk { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; background: var(--ground); }
.scroll { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px 16px 10px; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent; }
.scroll:focus-visible { outline-offset: -3px; }
.about { display: flex; gap: 10px; padding: 12px 14px; background: var(--tint); border: 1px solid var(--tint-edge); border-radius: 12px; font-size: 13px; line-height: 1.6; }
.about svg { margin-top: 1px; color: var(--deep); }
.about b { display: block; font-size: 14px; }
.about span { margin-right: .6em; }
.greeting, .about, .trouble, .notice, .box p { word-break: auto-phrase; }
.greeting { margin: 14px 2px 0; }
h3 { margin: 18px 2px 8px; font-size: 13px; font-weight: 700; color: var(--soft); letter-spacing: .04em; }
.questions { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.questions li + li { border-top: 1px solid var(--line); }
.question { display: flex; align-items: center; justify-content: space-between; gap: 10px; width: 100%; min-height: 44px; padding: 9px 12px 9px 14px; text-align: left; line-height: 1.5; }
.question:hover { background: var(--hover); }
.question:focus-visible, .suggest:focus-visible { outline-offset: -3px; border-radius: 10px; }
.question svg { width: 16px; height: 16px; color: var(--soft); }
.chips { display: flex; flex-wrap: wrap; gap: 8px; }
.chips + .questions { margin-top: 10px; }
.chip { min-height: 36px; padding: 4px 14px; background: var(--paper); border: 1px solid var(--edge); border-radius: 18px; font-size: 14px; }
.chip:hover { background: var(--hover); }
.chip[aria-expanded="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.person { display: flex; align-items: center; gap: 12px; width: 100%; min-height: 52px; margin: 18px 0 6px; padding: 10px 16px; background: var(--warm); border: 1px solid var(--warm-line); border-radius: 12px; text-align: left; line-height: 1.5; }
.person:hover { background: var(--warm-hover); }
.person svg { color: var(--warm-ink); width: 24px; height: 24px; }
.person b { display: block; }
.person .note { font-size: 12.5px; color: var(--soft); }
.by-phone { display: none; margin-top: 10px; background: var(--paper); border-color: var(--edge); }
.sheet .by-phone { display: flex; }
.person.away { background: var(--paper); border-color: var(--edge); }

.item { margin-top: 16px; max-width: 100%; animation: come .18s ease-out; }
@keyframes come { from { opacity: 0; transform: translateY(6px); } }
.item.grouped { margin-top: 6px; }
.item:has(.choices) + .grouped { margin-top: 16px; }
.joined:not(.customer) .meta:not(:has(.rating)) { display: none; }
.day { width: fit-content; margin: 4px auto 12px; padding: 1px 12px; border-radius: 10px; background: var(--quiet); color: var(--quiet-ink); font-size: 12px; }
.who { display: flex; align-items: center; gap: 8px; margin-bottom: 4px; font-size: 12.5px; line-height: 1.5; color: var(--soft); }
.grouped .who { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.face { display: grid; place-items: center; width: 26px; height: 26px; border-radius: 50%; color: var(--on-accent); background: var(--accent); }
.face svg { width: 17px; height: 17px; }
.agent .face { color: var(--paper); background: var(--warm-ink); }
.agent .name { color: var(--warm-ink); font-weight: 700; }
.system .face { color: #fff; background: #5a6870; }
.bubble { width: fit-content; max-width: 92%; padding: 10px 14px; background: var(--paper); border: 1px solid var(--line); border-radius: 4px 16px 16px; overflow-wrap: anywhere; line-break: strict; word-break: auto-phrase; }
.grouped .bubble { border-radius: 16px; }
.bubble p + p, .bubble p + ul, .bubble p + ol, .bubble ul + p, .bubble ol + p, .bubble ul + ol, .bubble ol + ul { margin-top: .55em; }
.bubble ul, .bubble ol { padding-left: 1.5em; list-style: disc; }
.bubble ol { list-style: decimal; }
.bubble li + li { margin-top: .2em; }
.bubble li::marker { color: var(--soft); }
.agent .bubble { background: var(--warm); border-color: var(--warm-edge); }
.system .bubble { background: var(--system); border-color: var(--system-edge); font-size: 14px; }
.customer { display: flex; flex-direction: column; align-items: flex-end; }
.customer .who { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.customer .bubble { max-width: 86%; color: var(--on-accent); background: var(--accent); border-color: var(--accent); border-radius: 16px 4px 16px 16px; white-space: pre-wrap; }
.customer .bubble a { color: inherit; }
.customer.unsent .bubble { opacity: .92; border-style: dashed; border-color: #fff; }
.meta { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; min-height: 22px; margin-top: 3px; font-size: 12px; line-height: 1.5; color: var(--soft); font-variant-numeric: tabular-nums; }
.customer .meta { justify-content: flex-end; }
.delivery { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: 4px 8px; text-align: right; }
.delivery[data-state="failed"], .delivery[data-state="stale"], .delivery[data-state="lost"] { color: var(--bad); }
.rating { display: inline-flex; gap: 2px; margin-left: 2px; }
.thumb { display: grid; place-items: center; width: 32px; height: 28px; border-radius: 8px; color: var(--soft); font-size: 14px; }
.thumb:hover { background: var(--quiet); color: var(--ink); }
.thumb[aria-disabled="true"] { cursor: default; background: none; }
.thumb[aria-disabled="true"][aria-pressed="false"] { opacity: .45; }
.thumb[aria-pressed="true"] { color: var(--on-accent); background: var(--accent); }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.choice { display: inline-flex; align-items: center; gap: 6px; min-height: 40px; padding: 6px 16px; text-align: left; line-height: 1.45; color: var(--deep); background: var(--paper); border: 1.5px solid var(--deep-edge); border-radius: 20px; font-weight: 600; font-size: 14.5px; }
.choice:hover:enabled { background: var(--tint); }
.choice:disabled { color: var(--soft); background: transparent; border-color: var(--line-strong); font-weight: 400; }
.choice.taken:disabled { color: var(--ink); background: var(--quiet); border-color: var(--edge); font-weight: 600; }

.typing { display: flex; align-items: center; gap: 10px; margin-top: 14px; font-size: 12.5px; color: var(--soft); }
.dots { display: inline-flex; gap: 5px; padding: 11px 14px; background: var(--paper); border: 1px solid var(--line); border-radius: 4px 14px 14px; }
.typing.agent .dots { background: var(--warm); border-color: var(--warm-edge); }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: blink 1.2s infinite ease-in-out; }
.dots i:nth-child(2) { animation-delay: .16s; }
.dots i:nth-child(3) { animation-delay: .32s; }
@keyframes blink { 0%, 60%, 100% { opacity: .3; transform: none; } 30% { opacity: 1; transform: translateY(-3px); } }
.latest { position: absolute; left: 50%; bottom: 12px; translate: -50% 0; display: flex; align-items: center; gap: 6px; min-height: 36px; padding: 0 16px 0 12px; border-radius: 18px; color: #fff; background: #1f2f37; font-size: 13px; box-shadow: 0 4px 14px #0b1d244d; }
.sheet, .suggest { position: absolute; left: 8px; right: 8px; bottom: 8px; max-height: calc(100% - 16px); overflow-y: auto; background: var(--paper); border: 1px solid var(--line-strong); border-radius: 14px; box-shadow: 0 8px 32px #0b1d2440; }
.sheet { padding: 0 12px 8px; background: var(--ground); }
.suggest { padding: 4px; }
.suggest li { padding: 9px 12px; border-radius: 10px; cursor: pointer; line-height: 1.5; }
.suggest li:hover { background: var(--hover); }
.suggest li[aria-selected="true"] { color: var(--on-accent); background: var(--accent); }

.composer { display: flex; align-items: flex-end; gap: 4px; padding: 10px 10px 6px 8px; border-top: 1px solid var(--line); background: var(--paper); }
.composer .tool { color: var(--soft); }
.composer .tool[aria-expanded="true"] { color: var(--on-accent); background: var(--accent); }
.composer > [hidden] + .field { margin-left: 6px; }
.field { flex: 1; min-width: 0; }
textarea { display: block; width: 100%; min-height: 44px; max-height: 132px; padding: 9px 14px; resize: none; overflow-y: auto; background: var(--paper); border: 1.5px solid var(--edge); border-radius: 14px; font-size: 16px; line-height: 1.5; scrollbar-width: thin; }
textarea::placeholder { color: var(--soft); opacity: 1; font-size: 14px; }
textarea:focus-visible { outline-offset: 0; border-color: var(--focus); outline-width: 2px; }
textarea[aria-invalid="true"] { border-color: var(--bad); }
.count { margin: 2px 4px 0; font-size: 12px; text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.count.over { color: var(--bad); font-weight: 700; }
.send { display: grid; place-items: center; flex: none; width: 46px; height: 44px; margin-left: 4px; border-radius: 14px; color: var(--on-accent); background: var(--accent); }
.send:disabled { color: var(--off-ink); background: var(--off); }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0 6px; min-height: 34px; padding: 0 16px 4px; font-size: 12.5px; background: var(--paper); }
footer a { padding: 4px 0; color: var(--soft); }
.plain, .small { min-height: 30px; padding: 2px 8px; border-radius: 8px; color: var(--deep); font-size: 12.5px; text-decoration: underline; text-underline-offset: 3px; }
footer .plain { color: var(--soft); }
.plain:hover, .small:hover { background: var(--veil); }
.small { border: 1px solid var(--deep-edge); background: var(--paper); text-decoration: none; font-weight: 600; padding: 2px 12px; }
.over:not(.count) { display: grid; gap: 8px; justify-items: center; padding: 16px; border-top: 1px solid var(--line); text-align: center; background: var(--paper); }
.solid, .outline { width: 100%; min-height: 46px; padding: 8px 16px; border-radius: 12px; font-weight: 600; }
.solid { color: var(--on-accent); background: var(--accent); }
.outline { color: var(--deep); border: 1.5px solid var(--deep-edge); }
.solid:hover { filter: brightness(1.08); }
.outline:hover { background: var(--tint); }
.confirm { position: absolute; inset: 0; display: grid; align-items: end; padding: 16px; background: #0e1c22a6; overflow-y: auto; }
.box { display: grid; gap: 10px; padding: 20px; background: var(--paper); border-radius: 16px; animation: come .18s ease-out; }
.box h3 { margin: 0; font-size: 17px; color: var(--ink); letter-spacing: 0; }
.box p { margin-bottom: 4px; font-size: 14px; }
.box .code { font-size: 30px; font-weight: 700; letter-spacing: .12em; text-align: center; color: var(--ink); font-variant-numeric: tabular-nums; }
.box .plain { min-height: 40px; font-size: 14px; }

@media (max-width: 480px), (max-height: 480px) {
  .panel, :host([position="left"]) .panel { inset: 0 0 auto; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0; }
  header { padding: calc(8px + env(safe-area-inset-top)) calc(8px + env(safe-area-inset-right)) 8px calc(14px + env(safe-area-inset-left)); }
  .launcher { right: calc(14px + env(safe-area-inset-right)); bottom: calc(14px + env(safe-area-inset-bottom)); }
}
@media (max-height: 420px) {
  .main { height: auto; min-height: 100%; }
  .panel { overflow-y: auto; }
  .talk { flex: none; height: 62vh; min-height: 150px; }
  header .logo, .subtitle { display: none; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before { animation: none !important; transition: none !important; }
  .launcher:hover { transform: none; }
}
@media (forced-colors: active) {
  .launcher, .bubble, .send, .solid, .chip, .thumb, .panel { border: 1px solid; }
  .suggest li[aria-selected="true"], .chip[aria-expanded="true"], .thumb[aria-pressed="true"] { outline: 2px solid Highlight; }
}
@media print { :host { display: none; } }
`;
