// A question before something that changes the day: a native dialog, so that focus stays in it and returns.

let counted = 0;

/**
 * Ask, and wait for the answer.
 * @param {object} asked `title`, `text`, `act` (the button's words), `fields` ({name, label, type: "text" | "select" |
 *   "datetime-local" | "number", value, options: [{value, label}] or words, required, hint, min, max, maxlength}),
 *   `isDangerous`
 * @returns {Promise<object | null>} what was entered by name (a number as a number, null if empty); null if cancelled
 */
export async function confirmed({ title, text, act, fields = [], isDangerous = false }) {
  const opener = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "kern-dialog";
  const form = document.createElement("form");
  form.method = "dialog";
  form.append(head(dialog, title, text), ...rows(fields), actions(dialog, act, isDangerous));
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "yes" ? values(form, fields) : null;
      dialog.remove();
      opener?.focus?.();
      if (document.activeElement === document.body) document.getElementById("main")?.focus(); // it is gone meanwhile
      answer(given);
    });
    dialog.showModal();
    (form.querySelector("[data-field]") ?? form.querySelector(isDangerous ? "[data-no]" : "[data-yes]")).focus();
  });
}

function head(dialog, title, text) {
  const part = document.createElement("div");
  const name = `confirm-${(counted += 1)}`;
  const heading = named("h2", title, "");
  heading.id = `${name}-title`;
  dialog.setAttribute("aria-labelledby", heading.id);
  part.append(heading);
  if (text) {
    const told = named("p", text, "");
    told.id = `${name}-text`;
    dialog.setAttribute("aria-describedby", told.id);
    part.append(told);
  }
  return part;
}

const rows = (fields) => fields.map((field) => {
  const row = named("p", "", "field");
  const label = named("label", field.label, "");
  const input = made(field);
  label.htmlFor = input.id = `confirm-${counted}-${field.name}`;
  row.append(label);
  if (field.hint) {
    const hint = named("span", field.hint, "hint");
    hint.id = `${input.id}-hint`;
    input.setAttribute("aria-describedby", hint.id);
    row.append(hint);
  }
  row.append(input);
  return row;
});

function made(field) {
  const input = document.createElement(field.type === "select" ? "select" : "input");
  if (field.type === "select") input.append(...(field.options ?? []).map(option));
  else input.type = field.type ?? "text";
  for (const name of ["min", "max", "step", "maxlength", "autocomplete"]) {
    if (field[name] !== undefined) input.setAttribute(name, field[name]);
  }
  if (field.value !== undefined && field.value !== null) input.value = field.value;
  input.name = field.name;
  input.required = field.required ?? false;
  input.dataset.field = field.name;
  return input;
}

const option = (each) => (typeof each === "object" ? new Option(each.label, each.value) : new Option(each, each));

function actions(dialog, act, isDangerous) {
  const line = named("p", "", "actions");
  const yes = named("button", act, `kern-btn ${isDangerous ? "kern-btn--danger" : "kern-btn--primary"}`);
  yes.value = "yes";
  yes.dataset.yes = "";
  const no = named("button", document.body.dataset.cancel ?? "Cancel", "kern-btn kern-btn--secondary");
  no.type = "button";
  no.dataset.no = "";
  no.addEventListener("click", () => dialog.close(""));
  line.append(yes, no);
  return line;
}

function values(form, fields) {
  return Object.fromEntries(fields.map(({ name, type }) => {
    const { value } = form.elements.namedItem(name);
    if (type !== "number") return [name, value];
    return [name, value === "" ? null : Number(value)];
  }));
}

function named(tag, text, classes) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  made.textContent = text;
  return made;
}
