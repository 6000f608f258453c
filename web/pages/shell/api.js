// Requests to our own API: the session's secret goes along with every change, errors come back as sentences.

/** What the API said no to. `message` is for people; `status` 0 means that nobody answered. */
export class Refused extends Error {
  constructor(status, message, problem = {}) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** The JSON that a path of ours answers; null for an answer without content. Throws Refused. */
export async function send(method, path, body) {
  const headers = { Accept: "application/json" };
  const csrf = document.querySelector('meta[name="csrf"]')?.content;
  if (csrf) headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(0, "");
  }
  const text = await answer.text();
  let read = null;
  try {
    read = text ? JSON.parse(text) : null;
  } catch {
    read = null;
  }
  if (!answer.ok) throw new Refused(answer.status, read?.detail ?? "", read ?? {});
  return read;
}
