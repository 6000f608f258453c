// Forms of the desk sent by script: the page stays, and whatever is half typed elsewhere on it.

/** What the desk said no to; `status` 0: nobody answered. */
export class NotDone extends Error {
  constructor(status) {
    super(`${status}`);
    this.status = status;
  }
}

/** Send a form's fields, with others in place of its own. Throws NotDone. */
export async function sent(form, others = {}, address = form.action) {
  const fields = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(others)) fields.set(name, value);
  let answer;
  try {
    answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: fields });
  } catch {
    throw new NotDone(0);
  }
  if (!answer.ok) throw new NotDone(answer.status);
}
