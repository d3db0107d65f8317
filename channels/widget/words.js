// Every Japanese sentence that the widget itself shows. What the door says comes from the door.

const MOST_MINUTES = 30; // the longest that is told; it means "or more"

function wait(minutes) {
  if (!Number.isInteger(minutes)) return "";
  return minutes < MOST_MINUTES ? `（約${minutes}分）` : `（${MOST_MINUTES}分以上）`;
}

export const WORDS = {
  launcher: "チャットで質問",
  unreadCount: (count) => `（未読${count}件）`,
  unread: (count) => (count > 9 ? "9+" : String(count)),
  panel: "チャット窓口",
  shop: "お客様窓口",
  close: "チャットを閉じる",
  log: "会話の内容",

  notice: "自動応答です",
  noticeText: "ご質問には、まずボットが自動でお答えします。内容はご案内とサービスの改善に使います。",
  privacy: "個人情報の取り扱い",
  greeting: "こんにちは。ご質問をどうぞ。下の一覧からお選びいただくこともできます。",
  frequent: "よくあるご質問",
  categories: "カテゴリから探す",
  person: "担当者と話す",
  toPhone: "電話で続ける",
  toPhoneNote: "画面の番号で、この続きをお電話でご案内します",
  codeCall: "お電話は ",
  codeText: " へ。自動応答が始まりましたら 8 を押し、続けて次の番号を押してください。",
  codeLife: (minutes) => `この番号は${minutes}分間、1回だけお使いいただけます。`,
  personAsk: "担当者と話したいです",
  menu: "質問の一覧",
  menuClose: "質問の一覧を閉じる",

  bot: "ボット",
  agent: (name) => (name ? `担当者 ${name}` : "担当者"),
  customer: "お客様",
  system: "システム",
  newTab: "（新しいタブで開きます）",

  withBot: "自動応答ボットがお答えします",
  withQueue: "担当者におつなぎしています",
  withAgent: (name) => (name ? `担当者 ${name} がご対応しています` : "担当者がご対応しています"),
  queueTitle: "担当者におつなぎしています",
  position: (position, minutes) => (position <= 1 ? "次にご案内いたします" : `ただいま ${position} 番目です`) + wait(minutes),
  number: "受付番号",
  callback: (when) => `${when} ごろにお電話いたします`,
  opens: (when) => `${when} から担当者がご案内します`,

  typing: (who) => `${who}が入力しています`,
  thinking: "ボットが回答を用意しています",

  input: "ご質問を入力してください",
  placeholder: "ご質問を入力",
  placeholderAgent: "メッセージを入力",
  send: "送信",
  hint: "Enterで送信、Shift＋Enterで改行します。",
  left: (left) => (left >= 0 ? `あと${left}文字` : `${-left}文字超えています`),
  suggestions: "質問の候補",
  suggested: (count) => `候補が${count}件あります。上下の矢印キーで選び、Enterで送信できます。`,

  sending: "送信中",
  waiting: "未送信（接続を待っています）",
  sent: "送信済",
  failed: "送信できませんでした。",
  retry: "もう一度送る",
  discard: "取り消す",
  stale: "前回、送信されなかったメッセージです。",
  lost: "会話が終了したため、送信されませんでした。",

  choices: "選択肢",
  taken: "（選択済み）",
  helpful: "この回答は役に立ちましたか",
  solved: "解決した",
  notSolved: "解決しなかった",
  rated: "評価をお送りしました。ありがとうございます。",

  offline: "接続が切れました。つなぎ直しています。",
  offlineKept: "入力された内容は保管し、つながりしだい送信します。",
  byPhone: "お急ぎの方はお電話で ",
  reconnect: "今すぐつなぎ直す",
  online: "接続しました。",
  refused: "このページからはチャットをご利用いただけません。お手数ですが、お電話でお問い合わせください。",
  failure: "うまく受け付けられませんでした。もう一度お試しください。",
  dismiss: "お知らせを閉じる",
  latest: "新しいメッセージ",

  save: "控えを保存",
  saveLong: "会話の控えをファイルに保存",
  end: "会話を終了",
  endTitle: "会話を終了しますか",
  endText: "終了すると、この会話は続けられません。必要な場合は先に控えを保存してください。",
  endTextRequest: "終了すると、担当者へのお取り次ぎも取り消されます。",
  endSave: "控えを保存して終了",
  endNow: "終了する",
  endWaits: "接続がつながりしだい、会話を終了します。",
  back: "会話に戻る",
  over: "会話を終了しました。ご利用ありがとうございました。",
  again: "新しく質問する",

  recordTitle: (shop) => `${shop} チャットの控え`,
  recordMade: (when) => `保存日時：${when}`,
  recordNumber: (number) => `受付番号：${number}`,
  recordFile: (stamp) => `チャットの控え_${stamp}.txt`,
  weekdays: ["日", "月", "火", "水", "木", "金", "土"],
  date: (month, day, weekday) => `${month}月${day}日（${weekday}）`,
};
