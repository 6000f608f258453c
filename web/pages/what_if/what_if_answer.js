// The answer: a table, what it means in sentences, and the same question as a command.

const CENTRE = "centre";
const POOR = 0.05;
const MOST_TOLD = 3;

export function showAnswer(now, texts, language) {
  const tell = teller(texts, language);
  const { answer, question } = now;
  const named = new Set([...question.members, ...question.calls, ...question.talk, ...question.patience].map(teamIn).filter((team) => answer.rows.some((row) => row.team === team)));
  document.getElementById("asked").textContent = tell.fill("asked_span", {
    ...answer, first: tell.day(answer.first), last: tell.day(answer.last),
  });
  document.getElementById("table-caption").textContent = texts.caption;
  const ordered = [...answer.rows].sort((one, other) => rank(one, named) - rank(other, named));
  const table = document.querySelector("#answer table");
  for (const old of table.querySelectorAll("tbody")) old.remove();
  table.append(...ordered.map((row) => body(row, answer, tell)));
  document.getElementById("sentences").replaceChildren(...told(ordered, named, answer).flatMap((row) => sentences(row, answer, tell)).map(item));
  document.getElementById("notes").replaceChildren(...now.notes.map((note) => Object.assign(item(note), { lang: "en" })));
}

export function commandLine(question) {
  const quoted = (word) => (/^[A-Za-z0-9@=+%.,:_-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const words = [];
  for (const name of ["members", "calls", "talk", "patience"]) for (const word of question[name]) words.push(`--${name}=${quoted(word)}`);
  for (const team of question.teams) words.push(`--team ${quoted(team)}`);
  for (const day of question.on) words.push(`--on ${quoted(day)}`);
  for (const name of ["from", "to", "target", "within", "runs", "seed"]) if (question[name] !== null) words.push(`--${name} ${quoted(String(question[name]))}`);
  return ["teamline simulate", ...words].join(" ");
}

const teamIn = (word) => word.slice(0, Math.max(word.lastIndexOf("="), 0)).split("@")[0];

const rank = (row, named) => (row.team === CENTRE ? 0 : named.has(row.team) ? 1 : 2);

const change = (row) => Math.abs(row.simulated.difference.service_level?.mean ?? 0);

function told(rows, named, answer) {
  const teams = rows.filter((row) => row.team !== CENTRE);
  const chosen = teams.filter((row) => named.has(row.team));
  const most = [...teams].sort((one, other) => change(other) - change(one)).slice(0, MOST_TOLD);
  const shown = chosen.length ? chosen : answer.is_changed || teams.length <= MOST_TOLD ? most : [];
  return [...shown, ...rows.filter((row) => row.team === CENTRE)];
}

function sentences(row, answer, tell) {
  const [was, then] = [row.simulated.now, row.simulated.what_if];
  if (!was.service_level || !then.service_level) return [tell.fill("say_nothing", { team: tell.team(row.team) })];
  const said = [
    tell.fill(answer.is_changed ? "say_changed" : "say_same", {
      team: tell.team(row.team),
      was: tell.percent(was.service_level.mean),
      then: tell.range(then.service_level),
      wait_was: tell.seconds(was.asa_seconds?.mean),
      wait_then: tell.seconds(then.asa_seconds?.mean),
      gave_up_was: tell.percent(was.abandoned_share?.mean),
      gave_up_then: tell.percent(then.abandoned_share?.mean),
    }),
  ];
  const recorded = row.now.service_level;
  if (recorded !== null && Math.abs(recorded - was.service_level.mean) > POOR) {
    said.push(tell.fill("say_careful", { told: tell.percent(recorded), was: tell.percent(was.service_level.mean) }));
  }
  if (row.team !== CENTRE) said.push(needs(row, answer, tell));
  return [said.join(" ")];
}

function needs(row, answer, tell) {
  const needed = row.members.needed;
  const share = tell.share(answer.share);
  if (!needed) return tell.fill("say_unreachable", { share });
  return tell.fill("say_needed", {
    share, mean: tell.number(needed.mean), most: tell.whole(needed.most), when: tell.when(needed.most_at),
    there: tell.number(row.members.what_if?.mean),
  });
}

function body(row, answer, tell) {
  const part = document.createElement("tbody");
  const { now, quick, simulated, members } = row;
  const needed = members.needed
    ? [tell.number(members.needed.mean), tell.fill("needed_most", { most: tell.whole(members.needed.most) })]
    : tell.texts.unknown;
  const level = simulated.what_if.service_level;
  const moved = answer.is_changed ? simulated.difference.service_level : null;
  part.append(
    line("now", tell, { ...figures(now), level: tell.percent(now.service_level), members: tell.number(members.now?.mean) }),
    line("quick", tell, { ...figures(quick.what_if), level: tell.percent(quick.what_if.service_level), members: tell.number(members.what_if?.mean), needed }),
    line("simulated", tell, {
      ...means(simulated.what_if), level: level ? [tell.percent(level.mean), tell.interval(level)] : tell.texts.unknown,
      change: moved ? tell.points(moved.mean) : "", members: tell.number(members.what_if?.mean),
    }),
  );
  const name = document.createElement("th");
  name.scope = "rowgroup";
  name.rowSpan = 3;
  name.textContent = tell.team(row.team);
  part.firstElementChild.prepend(name);
  return part;
}

const figures = (of) => ({ calls: of.calls, mean: of.asa_seconds, p80: of.p80_seconds, up: of.abandoned_share });

const means = (of) => ({ calls: of.calls?.mean, mean: of.asa_seconds?.mean, p80: of.p80_seconds?.mean, up: of.abandoned_share?.mean });

function line(how, tell, of) {
  const row = document.createElement("tr");
  row.className = how;
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = tell.texts[`how_${how}`];
  const cells = [tell.whole(of.calls), of.level, of.change ?? "", tell.seconds(of.mean), tell.seconds(of.p80), tell.percent(of.up), of.members, of.needed ?? ""];
  row.append(head, ...cells.map(cell));
  return row;
}

// A figure, and below it what belongs to it.
function cell(told) {
  const [text, range] = [told].flat();
  const made = Object.assign(document.createElement("td"), { textContent: text, className: "number" });
  if (range) made.append(" ", Object.assign(document.createElement("span"), { textContent: range, className: "range" }));
  return made;
}

const item = (text) => Object.assign(document.createElement("li"), { textContent: text });

// Numbers, days and names in the page's language.
function teller(texts, language) {
  const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
  const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const formatted = (options) => {
    const format = new Intl.NumberFormat(language, options);
    return (value) => (known(value) ? format.format(value) : texts.unknown);
  };
  const [number, whole, percent] = [formatted(tenths), formatted({ maximumFractionDigits: 0 }), formatted({ ...tenths, style: "percent" })];
  const share = formatted({ maximumFractionDigits: 1, style: "percent" });
  const signed = formatted({ ...tenths, signDisplay: "exceptZero" });
  const fill = (name, values) => texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const within = (share) => percent(Math.min(Math.max(share, 0), 1));
  const interval = (of) => fill("interval", { low: within(of.low), high: within(of.high) });
  const names = new Map([...document.getElementById("change").content.querySelectorAll('[data-name="team"] option')].map((option) => [option.value, option.textContent]));
  return {
    texts, fill, number, whole, percent, share, interval,
    seconds: (value) => (known(value) ? fill("seconds", { value: whole(value) }) : texts.unknown),
    points: (value) => fill("points", { value: signed(100 * value) }),
    range: (of) => `${percent(of.mean)} (${interval(of)})`,
    day: (iso) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`)),
    when: (told) => { const [day, clock] = told.split(" "); return `${texts[`day_${day}`]} ${clock}`; },
    team: (id) => (id === CENTRE ? texts.centre : names.get(id) ?? id),
  };
}
