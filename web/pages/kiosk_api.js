// Asks the router. The token comes once behind `#token=`, leaves the address at once, and is kept for this tab alone.

const KEPT = "teamline-kiosk-token";
const GONE = "teamline-kiosk-gone"; // the id of a scan, which opens nothing once it is over
const ANSWER_MS = 4000;
const WAIT_SECONDS = 3; // a router that has fallen silent is noticed within five seconds
const kiosk = document.documentElement.dataset.kiosk;
const path = `/api/v1/kiosks/${encodeURIComponent(kiosk)}`;

export class Refused extends Error {
  constructor(status, why, says) {
    super(why || String(status));
    this.status = status;
    this.why = why;
    this.says = says;
  }
}

export class Away extends Error {}

export function takeToken() {
  const told = new URLSearchParams(location.hash.slice(1)).get("token");
  if (told) sessionStorage.setItem(KEPT, told);
  if (location.hash) history.replaceState(null, "", location.pathname);
}

export const events = (after) => ask("GET", `/events?after=${encodeURIComponent(after)}&seconds=${WAIT_SECONDS}`);
export const scan = (code) => ask("POST", "/scan", { code });
export const more = (of) => ask("POST", "/more", { scan: of });
export const call = (of, language) => ask("POST", "/call", { scan: of, language });
export const callback = (of, to, language) => ask("POST", "/callback", { scan: of, to, language });
export const done = () => ask("DELETE", "/scan");

// The page goes, and the router may be away: the page that comes asks again.
export function doneWithoutWaiting(of) {
  sessionStorage.setItem(GONE, of);
  fetch(`${path}/scan`, { method: "DELETE", headers: headers(), keepalive: true }).catch(() => {});
}

export function takeGone() {
  const gone = sessionStorage.getItem(GONE) ?? "";
  sessionStorage.removeItem(GONE);
  return gone;
}

async function ask(method, below, body) {
  const headersSent = headers(body);
  let answer;
  let told = null;
  try {
    answer = await fetch(path + below, {
      method,
      headers: headersSent,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    told = answer.status === 204 ? null : await answer.json();
  } catch {
    throw new Away();
  }
  if (!answer.ok) throw new Refused(answer.status, told?.why ?? "", told?.says);
  return told;
}

function headers(body) {
  const token = sessionStorage.getItem(KEPT) ?? "";
  const sent = { Authorization: `Bearer ${token.replace(/[^\x21-\x7e]/g, "")}` };
  if (body) sent["Content-Type"] = "application/json";
  return sent;
}
