// One connection to one of our streams: folded for who comes later, opened again for as long as somebody listens.
//
// States: open (events come), lost (it is tried again, with back-off and jitter), signed-out (it is asked now and then).
// After a gap nothing is resumed: the server begins with a snapshot, so that nothing can be missed.

const SILENT_MS = 10_000;
const FIRST_MS = 500;
const MOST_MS = 10_000;
const SIGNED_OUT_MS = 20_000;
const PROBE_MS = 5_000;
const AT_ONCE_MS = 2_000;

/** What is known now: name -> data. A `change` and a `heartbeat` go into the `snapshot`, lists by the items' `id`. */
export function fold(kept, name, data) {
  const whole = kept.get("snapshot");
  if (name === "snapshot") kept.clear();
  const isPart = whole && (name === "change" || name === "heartbeat");
  kept.set(isPart ? "snapshot" : name, isPart ? merged(whole, data) : data);
}

function merged(whole, part) {
  const now = { ...whole };
  for (const [key, value] of Object.entries(part)) {
    now[key] = Array.isArray(value) && Array.isArray(whole[key]) ? mergedList(whole[key], value) : value;
  }
  return now;
}

function mergedList(whole, part) {
  const news = new Map(part.map((each) => [each?.id, each]));
  const kept = whole.map((each) => news.get(each?.id) ?? each);
  const known = new Set(whole.map((each) => each?.id));
  return [...kept, ...part.filter((each) => !known.has(each?.id))];
}

/** `says(name, data, at)`: every event as it comes, `at` by this machine's clock; name `link`: the state. */
export class Source {
  link = "lost";
  kept = new Map();
  at = 0;
  #url; #says; #names = new Set(["over"]); #events = null; #timer = 0; #failures = 0; #triedAt = 0; #isClosed = false;

  constructor(url, says) {
    this.#url = url;
    this.#says = says;
  }

  /** Listen for these events too; a signed-out or lost one is tried at once, since somebody has just come. */
  want(names, isNew) {
    for (const name of names) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      if (this.#events) this.#listen(name);
    }
    if (!this.#events && (isNew || !this.#triedAt) && Date.now() - this.#triedAt > AT_ONCE_MS) this.#open();
  }

  /** The end. */
  close() {
    this.#isClosed = true;
    this.#drop();
  }

  #open() {
    this.#drop();
    this.#triedAt = Date.now();
    this.#events = new EventSource(this.#url);
    for (const name of this.#names) this.#listen(name);
    this.#events.onerror = ({ target }) => this.#lost(target.readyState === EventSource.CLOSED);
    this.#later(SILENT_MS, () => this.#lost());
  }

  #listen(name) {
    const events = this.#events;
    events.addEventListener(name, ({ data }) => {
      if (this.#events === events) this.#heard(name, data);
    });
  }

  #heard(name, text) {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      this.#lost();
      return;
    }
    if (name === "over") {
      this.#over(data?.reason);
      return;
    }
    this.#failures = 0;
    this.at = Date.now();
    this.#be("open");
    fold(this.kept, name, data);
    this.#says(name, data, this.at);
    this.#later(SILENT_MS, () => this.#lost());
  }

  #over(reason) {
    if (reason === "signed-out") this.#signedOut();
    else this.#lost();
  }

  #lost(isRefused = false) {
    this.#drop();
    if (isRefused) this.#probe();
    else this.#again();
  }

  #again() {
    this.#be("lost");
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#later(most * (0.5 + Math.random() / 2), () => this.#open());
  }

  // An EventSource does not tell why it was refused: 401 is the end of a session, 503 is a router that begins.
  async #probe() {
    const asked = new AbortController();
    this.#later(PROBE_MS, () => asked.abort());
    let status = 0;
    try {
      const answer = await fetch(this.#url, { signal: asked.signal, headers: { Accept: "text/event-stream" }, cache: "no-store" });
      status = answer.status;
    } catch {
      status = 0;
    }
    asked.abort();
    if (this.#isClosed || this.#events) return;
    if (status === 401 || status === 403) this.#signedOut();
    else this.#again();
  }

  #signedOut() {
    this.#drop();
    this.kept.clear();
    this.#be("signed-out");
    this.#later(SIGNED_OUT_MS, () => this.#open());
  }

  #be(link) {
    if (this.link === link) return;
    this.link = link;
    this.#says("link", link, Date.now());
  }

  #later(ms, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#events?.close();
    this.#events = null;
  }
}
