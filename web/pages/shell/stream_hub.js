// Who listens to which stream: one Source for any number of tabs, and none once the last has gone.
//
// A tab that sleeps takes nothing: after MOST_PENDING messages without a sign of life it gets no more, and whatever is
// true then as soon as it wakes. A tab that went without a word is forgotten after GONE_MS.

import { Source } from "./stream_source.js";

const MOST_PENDING = 32;
const GONE_MS = 60_000;

/** A port is anything with `postMessage`. Messages to it: {name, data, at}; name `gone`: follow again. */
export class Hub {
  #streams = new Map();

  /** What a port says: {follow: url, who, names, isNew}, {took: count}, {leave: true}. One stream a port. */
  said(port, message) {
    if (message.follow) this.#follow(port, message);
    else if (message.took) this.#took(port, message.took);
    else if (message.leave) this.#leave(port);
  }

  /** How many streams and ports there are. */
  get counts() {
    const ports = [...this.#streams.values()].reduce((sum, each) => sum + each.ports.size, 0);
    return { streams: this.#streams.size, ports };
  }

  #follow(port, { follow, who, names, isNew }) {
    const key = `${who} ${follow}`;
    this.#leave(port, key);
    const stream = this.#streams.get(key) ?? this.#begun(key, follow);
    stream.ports.set(port, { pending: 0, behindSince: 0 });
    stream.source.want(names, isNew);
    replay(port, stream.source);
  }

  #begun(key, url) {
    const ports = new Map();
    const stream = { ports, source: new Source(url, (name, data, at) => this.#tell(key, { name, data, at })) };
    this.#streams.set(key, stream);
    return stream;
  }

  #tell(key, message) {
    for (const [port, state] of this.#streams.get(key)?.ports ?? []) {
      if (state.pending >= MOST_PENDING) this.#behind(port, state);
      else {
        state.pending += 1;
        port.postMessage(message);
      }
    }
  }

  #behind(port, state) {
    state.behindSince ||= Date.now();
    if (Date.now() - state.behindSince > GONE_MS) this.#leave(port);
  }

  #took(port, count) {
    let isKnown = false;
    for (const { ports, source } of this.#streams.values()) {
      const state = ports.get(port);
      if (!state) continue;
      isKnown = true;
      state.pending = Math.max(0, state.pending - count);
      if (state.behindSince && state.pending < MOST_PENDING) {
        state.behindSince = 0;
        replay(port, source);
      }
    }
    if (!isKnown) port.postMessage({ name: "gone" });
  }

  #leave(port, except = "") {
    for (const [key, { ports, source }] of this.#streams) {
      if (key === except || !ports.delete(port) || ports.size) continue;
      source.close();
      this.#streams.delete(key);
    }
  }
}

function replay(port, source) {
  for (const [name, data] of source.kept) port.postMessage({ name, data, at: source.at });
  port.postMessage({ name: "link", data: source.link, at: Date.now() });
}
