// Close now and open again: a team, a site, everything.
import { act, askThenAct, closePath } from "./acts.js";
import { scopeName } from "./head.js";
import { serverNow, setup, word } from "./setup.js";
import { fieldValue, moment } from "./wording.js";

const HOURS = 2;
const MOST_CHARACTERS = 120;

/** Ask until when and why, then close. `scopes`: those to choose from; one alone is not asked for. */
export function askToClose(scopes, after) {
  const [only] = scopes;
  const choice = { name: "scope", label: word("ask_close_scope"), type: "select", value: only,
    options: scopes.map((scope) => ({ value: scope, label: scopeName(scope) })) };
  const until = new Date(Math.ceil((serverNow().getTime() + HOURS * 3_600_000) / 900_000) * 900_000);
  const fields = [
    { name: "until", label: word("ask_close_until"), type: "datetime-local", value: fieldValue(until), min: fieldValue(serverNow()), required: true },
    { name: "reason", label: word("ask_close_reason"), type: "text", required: true, maxlength: MOST_CHARACTERS },
  ];
  const title = scopes.length === 1 ? word("ask_close", { scope: scopeName(only) }) : word("ask_close_all");
  const asked = { title, text: word("ask_close_text"), act: word("act_close_now"), isDangerous: true,
    fields: scopes.length === 1 ? fields : [choice, ...fields] };
  return askThenAct(asked, ({ scope = only, ...order }) => ({ ...close(scope, order), undo: undoOf(scope), after }));
}

/** Open again at once; the order can be put back. */
export function reopen(order, after) {
  const { scope, until, reason } = order;
  return act({ ...open(scope), undo: close(scope, { until, reason }), after });
}

const close = (scope, order) => ({
  path: closePath(scope),
  body: order,
  done: (kept) => word("done_close", { scope: scopeName(scope), until: moment(new Date(kept.until), serverNow()) }),
});

const open = (scope) => ({ method: "DELETE", path: closePath(scope), done: word("done_open", { scope: scopeName(scope) }) });

// An order takes the place of an earlier one for the same scope: undoing it brings that one back.
function undoOf(scope) {
  const known = [...setup.notices.orders, ...Object.values(setup.notices.teams).flatMap((each) => each.orders)];
  const earlier = known.find((order) => order.scope === scope);
  return earlier ? close(scope, { until: earlier.until, reason: earlier.reason }) : open(scope);
}
