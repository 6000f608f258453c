// The form: rows of changes, what they mean in the command's words, and mistakes beside their fields.

const MOST = { members: 500, more: 1000, less: 99, seconds: 36000 };
const USUAL = { members: 1, calls: 20, talk: 10, patience: 10 };
const HOWS = {
  members: ["less", "more", "exactly"],
  calls: ["more", "less"],
  talk: ["longer", "shorter", "exactly"],
  patience: ["shorter", "longer", "exactly"],
};
const MORE = new Set(["more", "longer"]);

let made = 0;

const part = (row, name) => row.querySelector(`[data-name="${name}"]`);

export function addChange(texts, announce) {
  const row = document.getElementById("change").content.cloneNode(true).firstElementChild;
  made += 1;
  for (const field of row.querySelectorAll(".field")) {
    const [label, input] = [field.querySelector("label"), field.querySelector("[data-name]")];
    input.id = `change-${made}-${input.dataset.name}`;
    if (label) label.htmlFor = input.id;
  }
  const mistake = part(row, "mistake");
  mistake.id = `change-${made}-mistake`;
  part(row, "unit").id = `change-${made}-unit`;
  part(row, "amount").setAttribute("aria-describedby", `change-${made}-unit ${mistake.id}`);
  part(row, "team").setAttribute("aria-describedby", mistake.id);
  part(row, "what").addEventListener("change", () => fit(row, texts, true));
  part(row, "how").addEventListener("change", () => unit(row, texts));
  part(row, "remove").addEventListener("click", () => {
    const number = rows().indexOf(row) + 1;
    row.remove();
    renumber(texts);
    document.getElementById("add").focus();
    announce(texts.removed, { number });
  });
  document.getElementById("changes").append(row);
  fit(row, texts, true);
  renumber(texts);
  return row;
}

export const rows = () => [...document.querySelectorAll("#changes .change")];

function renumber(texts) {
  rows().forEach((row, place) => {
    row.querySelector("legend").textContent = texts.change_number.replace("{number}", place + 1);
    part(row, "remove").setAttribute("aria-label", texts.remove_number.replace("{number}", place + 1));
  });
}

function fit(row, texts, isNew) {
  const what = part(row, "what").value;
  part(row, "how").replaceChildren(...HOWS[what].map((how) => new Option(texts[`how_${how}`], how)));
  const day = part(row, "day");
  day.disabled = what === "talk" || what === "patience";
  if (day.disabled) day.value = "";
  if (isNew) part(row, "amount").value = USUAL[what];
  unit(row, texts);
}

function unit(row, texts) {
  const [what, how] = [part(row, "what").value, part(row, "how").value];
  const name = what === "members" ? "members" : how === "exactly" ? "seconds" : "percent";
  part(row, "unit").textContent = texts[`unit_${name}`];
}

// A change as the command takes it, or the name of what is wrong and where.
function read(row) {
  const [what, team, how, day] = ["what", "team", "how", "day"].map((name) => part(row, name).value);
  const amount = part(row, "amount");
  const number = amount.value === "" || amount.validity.badInput ? NaN : Number(amount.value);
  const wrong = mistaken(what, how, number);
  if (wrong) return { mistake: wrong, at: amount };
  if (what === "members" && how === "exactly" && !team) return { mistake: "mistake_team", at: part(row, "team") };
  const where = team && day ? `${team}@${day}=` : team || day ? `${team || day}=` : "";
  const sign = how === "exactly" ? "" : MORE.has(how) ? "+" : "-";
  return { what, word: `${where}${sign}${number}${what === "members" || how === "exactly" ? "" : "%"}` };
}

function mistaken(what, how, number) {
  if (what === "members") {
    const least = how === "exactly" ? 0 : 1;
    const fits = Number.isInteger(number) && number >= least && number <= MOST.members;
    return fits ? "" : how === "exactly" ? "mistake_amount_members_exactly" : "mistake_amount_members";
  }
  const hundredths = Number.isFinite(number) && Math.abs(number * 100 - Math.round(number * 100)) < 1e-6;
  if (how === "exactly") return hundredths && number >= 1 && number <= MOST.seconds ? "" : "mistake_amount_seconds";
  if (MORE.has(how)) return hundredths && number >= 1 && number <= MOST.more ? "" : "mistake_amount_more";
  const most = what === "calls" ? 100 : MOST.less;
  if (hundredths && number >= 1 && number <= most) return "";
  return what === "calls" ? "mistake_amount_less_calls" : "mistake_amount_less";
}

// The question as the API takes it, with the row of every word; and every mistake.
export function question() {
  const form = document.getElementById("question");
  const told = { members: [], calls: [], talk: [], patience: [] };
  const places = { members: [], calls: [], talk: [], patience: [] };
  const mistakes = [];
  for (const row of rows()) {
    const { what, word, mistake, at } = read(row);
    if (mistake) mistakes.push({ at, mistake });
    else {
      told[what].push(word);
      places[what].push(part(row, "amount"));
    }
  }
  for (const [name, least, most] of [["target", 1, 99], ["within", 1, MOST.seconds]]) {
    const field = form.elements[name];
    const isEmpty = field.value === "" && !field.validity.badInput;
    const fits = Number.isInteger(Number(field.value)) && field.value >= least && field.value <= most;
    if (isEmpty ? name === "target" : !fits) mistakes.push({ at: field, mistake: `mistake_${name}` });
    else if (!isEmpty) told[name] = name === "target" ? `${field.value}%` : field.value;
  }
  for (const name of ["from", "to"]) {
    const field = form.elements[name];
    if (field.validity.badInput) mistakes.push({ at: field, mistake: "mistake_to" });
    else if (field.value) told[name] = name === "to" ? dayAfter(field.value) : field.value;
  }
  if (told.from && told.to && told.from >= told.to) mistakes.push({ at: form.elements.from, mistake: "mistake_from" });
  told.on = checked(form, "on");
  told.teams = checked(form, "team");
  told.runs = Number(form.elements.runs.value);
  return { told, places, mistakes };
}

const checked = (form, name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map((box) => box.value);

function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

// Where the API says that something is wrong, as a field of this page.
export function found({ place, what }, places) {
  const form = document.getElementById("question");
  const [name, number] = place;
  const at = places[name]?.[Number(number)] ?? (["from", "to", "target", "within", "runs"].includes(name) ? form.elements[name] : null);
  const named = ["from", "to", "target", "within", "teams"].includes(name);
  return { at, mistake: named ? `mistake_${name}` : "mistake_other", what };
}

const noteOf = (field) => field.closest(".change")?.querySelector('[data-name="mistake"]') ?? document.getElementById(`${field.id}-mistake`);

export function showMistakes(mistakes, texts) {
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    const note = noteOf(field);
    if (note) note.textContent = "";
  }
  const box = document.getElementById("mistakes");
  box.replaceChildren();
  box.hidden = mistakes.length === 0;
  if (box.hidden) return;
  const [heading, list] = [document.createElement("p"), document.createElement("ul")];
  heading.textContent = texts.mistakes_heading;
  for (const { at, mistake, what } of mistakes) {
    const said = texts[mistake].replace("{what}", () => what ?? "");
    const item = document.createElement("li");
    if (at) {
      at.setAttribute("aria-invalid", "true");
      const note = noteOf(at);
      if (note) note.textContent = said;
      const link = document.createElement("a");
      link.href = `#${at.id}`;
      link.textContent = `${nameOf(at)}: ${said}`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        at.focus();
      });
      item.append(link);
    } else item.textContent = said;
    list.append(item);
  }
  box.append(heading, list);
  (mistakes.find(({ at }) => at)?.at ?? box).focus();
}

function nameOf(field) {
  const label = document.querySelector(`label[for="${field.id}"]`)?.textContent ?? "";
  const legend = field.closest(".change")?.querySelector("legend")?.textContent;
  return legend ? `${legend}, ${label}` : label;
}
