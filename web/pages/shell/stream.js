// A stream of ours in a page: shared by all tabs of the browser, and alive again after sleep, restart and sign-in.

import { Hub } from "./stream_hub.js";

const WORKER = "/pages/shell/stream_worker.js";
const PROTOCOL = "teamline-stream-1"; // another number when messages change: an older worker may live on in another tab
const SILENT_MS = 15_000;
const LOOK_MS = 5_000;
const EACH = 8;

/**
 * Follow an address of ours.
 * @param {string} url its path
 * @param {Object<string, (data: any, at: number) => void>} heard by event name; `at`: when it came, by this machine's
 *   clock (ms). `link`: "open", "lost" (it comes back by itself) or "signed-out". Whoever comes later hears the last of
 *   each event, a `snapshot` with all changes since.
 * @returns {() => void} ends it
 */
export function stream(url, heard) {
  const asked = { follow: url, who: document.querySelector('meta[name="csrf"]')?.content ?? "" };
  asked.names = Object.keys(heard).filter((name) => name !== "link");
  let line = null;
  let heardAt = 0;
  let took = 0;
  let wasSignedOut = false;

  function take({ name, data, at }) {
    if (name === "gone") {
      connect(false);
      return;
    }
    heardAt = Date.now();
    if (name === "link" && data === "signed-out") wasSignedOut = true;
    // Another session has other rights and another secret: this page is one of the old one.
    if (name === "link" && data === "open" && wasSignedOut) location.reload();
    heard[name]?.(data, at);
    took += 1;
    if (took < EACH) return;
    line?.say({ took });
    took = 0;
  }

  function connect(isNew) {
    line?.say({ leave: true });
    heardAt = Date.now();
    took = 0;
    line = opened(take);
    line.say({ ...asked, isNew });
  }

  const look = () => Date.now() - heardAt > SILENT_MS && connect(false);
  const wake = () => document.hidden || look();
  const show = ({ persisted }) => persisted && connect(true);
  const hide = () => {
    line?.say({ leave: true });
    line = null;
  };
  const timer = setInterval(() => line && look(), LOOK_MS);
  addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", show);
  addEventListener("pagehide", hide);
  connect(true);
  return () => {
    clearInterval(timer);
    removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
    removeEventListener("pageshow", show);
    removeEventListener("pagehide", hide);
    hide();
  };
}

// A line to the shared worker; to a connection of this page's own where a browser has no such workers, or fails it.
function opened(take) {
  let line = null;
  const said = [];
  const say = (message) => {
    if (message.follow) said.splice(0, said.length, message);
    line(message);
  };
  try {
    const worker = new SharedWorker(WORKER, { type: "module", name: PROTOCOL });
    let isOpen = true;
    worker.port.onmessage = ({ data }) => isOpen && take(data);
    line = (message) => {
      worker.port.postMessage(message);
      if (message.leave) isOpen = false;
    };
    worker.onerror = () => {
      if (!isOpen) return;
      isOpen = false;
      line = alone(take);
      said.forEach(line);
    };
  } catch {
    line = alone(take);
  }
  return { say };
}

function alone(take) {
  const hub = new Hub();
  const port = { postMessage: take };
  return (message) => hub.said(port, message);
}
