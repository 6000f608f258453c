// What may be done from the board: asked first, told afterwards, taken back where that can be.
import { Refused, send } from "/pages/shell/api.js";
import { confirmed } from "/pages/shell/confirm.js";
import { tell } from "/pages/shell/told.js";
import { hasWord, word } from "./setup.js";

const api = (path) => `/api/v1${path}`;
const of = encodeURIComponent;

/**
 * Send a change and tell what became of it; whether it was done.
 * @param {object} change `method`, `path` below /api/v1, `body`, `done` (a sentence, or what makes one of the answer),
 *   `undo` (a change like this one), `after` (called when it is done)
 */
export async function act({ method = "POST", path, body, done, undo, after }) {
  try {
    const answer = await send(method, api(path), body);
    const back = undo && { label: word("act_undo"), act: () => act({ ...undo, after }) };
    tell(typeof done === "function" ? done(answer) : done, { undo: back });
    after?.();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(refusal(error), { isTrouble: true });
    after?.();
    return false;
  }
}

/** Why it was not done, and what to do: our sentence for the status, the API's own where that says more. */
export function refusal({ status }) {
  return hasWord(`no_${status}`) ? word(`no_${status}`) : word("no_other");
}

/** Ask with these fields, then send what `change(given)` says. */
export async function askThenAct(asked, change) {
  const given = await confirmed(asked);
  return given === null ? false : act(change(given));
}

/** Changes to who waits. */
export const line = {
  raise: (call, seconds) => ({ path: `/waiting/${of(call)}/credit`, body: { seconds } }),
  move: (call, team) => ({ path: `/waiting/${of(call)}/move`, body: { team } }),
  withdraw: (call) => ({ path: `/waiting/${of(call)}/withdraw` }),
};

/** Changes to a member: login, logout, pause (with a reason), unpause. */
export const member = (team, id, what, reason) => ({
  path: `/teams/${of(team)}/members/${of(id)}/${what}`,
  body: reason ? { reason } : undefined,
});

/** The address of an order to close, by its scope: `team:ID`, `site:ID` or `centre`. */
export function closePath(scope) {
  const [kind, id] = scope.split(/:(.*)/s);
  return kind === "centre" ? "/centre/close" : `/${kind}s/${of(id)}/close`;
}
